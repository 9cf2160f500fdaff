/**
 * What a RISC-V object was built for, from its .riscv.attributes section.
 * @source RISC-V ELF psABI 1.0, "Attributes"; ISA naming conventions of the unprivileged ISA, chapter 27
 */
import { type ElfFile, SECTION_TYPES } from './format.ts';

export interface RiscvAttributes {
  /** Names of extensions in lower case (`i`, `m`, `zicsr`), those that others imply included. */
  readonly extensions: ReadonlySet<string>;
  /** Minor version of the privileged spec 1.x, when the file names one. */
  readonly privilegedSpec: number | undefined;
}

/** Odd tags hold strings, even ones numbers. */
const TAGS = { arch: 5, privilegedMajor: 8, privilegedMinor: 10 } as const;
/** What files without the section are taken for. */
const DEFAULT_ARCH = 'rv64imafdc_zicsr_zifencei';

/** Extensions that come with others. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  g: ['i', 'm', 'a', 'f', 'd', 'zicsr', 'zifencei'],
  m: ['zmmul'],
  d: ['f'],
  f: ['zicsr'],
};

export function riscvAttributes(file: ElfFile): RiscvAttributes {
  const section = file.sections.find(({ type }) => type === SECTION_TYPES.riscvAttributes);
  const tags: ReadonlyMap<number, string | number> = section === undefined ? new Map() : readTags(section.bytes);
  const minor = tags.get(TAGS.privilegedMinor);
  return {
    extensions: parseArch(String(tags.get(TAGS.arch) ?? DEFAULT_ARCH)),
    privilegedSpec: tags.get(TAGS.privilegedMajor) === 1 && typeof minor === 'number' ? minor : undefined,
  };
}

/** Tag → value, as far as the section can be read. */
function readTags(bytes: Uint8Array): Map<number, string | number> {
  const tags = new Map<number, string | number>();
  const vendorEnd = bytes[0] === 0x41 ? bytes.indexOf(0, 5) : -1;
  if (vendorEnd < 0) return tags;
  // After the vendor: one byte of scope (the whole file) and four of size.
  for (let pos = vendorEnd + 6; pos < bytes.length; ) {
    const tag = bytes[pos++]!;
    if (tag % 2 === 0) {
      let value = 0;
      for (let shift = 0; pos < bytes.length; shift += 7) {
        const byte = bytes[pos++]!;
        value += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) break;
      }
      tags.set(tag, value);
    } else {
      const end = bytes.indexOf(0, pos);
      if (end < 0) break;
      tags.set(tag, new TextDecoder().decode(bytes.subarray(pos, end)));
      pos = end + 1;
    }
  }
  return tags;
}

/** @param arch for example `rv64i2p0_m2p0_zicsr2p0`, or `rv64gc` */
export function parseArch(arch: string): ReadonlySet<string> {
  const [base = '', ...rest] = arch
    .toLowerCase()
    .replace(/^rv(?:32|64)/, '')
    .split('_');
  const letters = [...base.matchAll(/([a-y])(?:\d+p\d+)?/g)].map(([, letter]) => letter!);
  const found = new Set<string>();
  const add = (name: string): void => {
    found.add(name);
    for (const implied of IMPLIED[name] ?? []) add(implied);
  };
  for (const name of [...letters, ...rest]) add(name.replace(/\d+p\d+$/, ''));
  // CSR accesses and fence.i were part of the base before its version 2.1.
  if (/^i(?:[01]p\d+|2p0)/.test(base)) for (const name of ['zicsr', 'zifencei']) add(name);
  return found;
}
