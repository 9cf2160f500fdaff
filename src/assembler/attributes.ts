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

/** Version of the privileged specification that GNU as 2.40 records: 1.11. */
export const PRIVILEGED_SPEC: readonly (readonly [tag: number, value: number])[] = [
  [8, 1],
  [10, 11],
];

/** What code without an .attribute directive is built for. */
const DEFAULT_ARCH = 'rv64imafdc_zicsr_zifencei';

/** Versions that go with the names of extensions, and the order the names are written in. */
const EXTENSION_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['i', '2p1'],
  ['m', '2p0'],
  ['a', '2p1'],
  ['f', '2p2'],
  ['d', '2p2'],
  ['c', '2p0'],
  ['zicsr', '2p0'],
  ['zifencei', '2p0'],
  ['zmmul', '1p0'],
]);

/** The full form of an architecture: versions of all extensions, those included that others imply, and C as given. */
export function canonicalArch(arch: string, isCompressed: boolean): string {
  const [, base = 'rv64', letters = '', rest = ''] = /^(rv\d+)((?:[a-y](?:\d+p\d+)?_?)*)(.*)$/.exec(arch) ?? [];
  const named = [
    ...letters.matchAll(/([a-y])(\d+p\d+)?/g),
    ...rest.matchAll(/([a-z]+[a-z0-9]*?[a-z])(\d+p\d+)?(?:_|$)/g),
  ];
  const versions = new Map(named.map(([, name, version]) => [name!, version]));
  if (versions.delete('g'))
    for (const name of ['i', 'm', 'a', 'f', 'd', 'zicsr', 'zifencei']) versions.set(name, undefined);
  if (isCompressed) versions.set('c', versions.get('c'));
  else versions.delete('c');
  if (versions.has('d')) versions.set('f', versions.get('f'));
  if (versions.has('f')) versions.set('zicsr', versions.get('zicsr'));
  if (versions.has('m')) versions.set('zmmul', versions.get('zmmul'));
  const known = [...EXTENSION_VERSIONS].filter(([name]) => versions.has(name));
  const unknown = [...versions].filter(([name]) => !EXTENSION_VERSIONS.has(name));
  const parts = [
    ...known.map(([name, version]) => name + (versions.get(name) ?? version)),
    ...unknown.map(([name, version = '']) => name + version),
  ];
  return base + parts.join('_');
}

export function attributeSection(given: ReadonlyMap<number, string | number>, isCompressed: boolean): ElfSection {
  const attributes = new Map(given);
  const { arch } = ATTRIBUTE_TAGS;
  attributes.set(arch!, canonicalArch(String(given.get(arch!) ?? DEFAULT_ARCH), isCompressed));
  for (const [tag, value] of given) if (value === 0) attributes.delete(tag);
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
