/**
 * The .riscv.attributes section: what an object was built for.
 * @source RISC-V ELF psABI 1.0, "Attributes"
 */
import { type ElfSection, SECTION_TYPES } from '../elf/format.ts';
import { leb128 } from './layout.ts';

/** Names of tags in `.attribute` directives. Odd tags hold strings, even ones numbers. */
export const ATTRIBUTE_TAGS: Readonly<Record<string, number>> = {
  stack_align: 4,
  arch: 5,
  unaligned_access: 6,
  priv_spec: 8,
  priv_spec_minor: 10,
  priv_spec_revision: 12,
};

export function attributeSection(attributes: ReadonlyMap<number, string | number>): ElfSection | undefined {
  if (attributes.size === 0) return undefined;
  const encoder = new TextEncoder();
  const values = [...attributes].sort(([a], [b]) => a - b);
  const tags = values.flatMap(([tag, value]) => [
    ...leb128(tag, false),
    ...(typeof value === 'string' ? [...encoder.encode(value), 0] : leb128(value, false)),
  ]);
  const file = [1, ...uint32(tags.length + 5), ...tags];
  const vendor = [...encoder.encode('riscv'), 0];
  const bytes = Uint8Array.from([0x41, ...uint32(4 + vendor.length + file.length), ...vendor, ...file]);
  return {
    name: '.riscv.attributes',
    type: SECTION_TYPES.riscvAttributes,
    flags: 0,
    addr: 0n,
    align: 1,
    entrySize: 0,
    bytes,
    size: BigInt(bytes.length),
    relocations: [],
  };
}

const uint32 = (value: number): number[] => [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff);
