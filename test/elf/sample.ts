import { type ElfSection, SECTION_FLAGS, SECTION_TYPES } from '../../src/elf/format.ts';
import type { ElfContents } from '../../src/elf/write.ts';

export const section = (name: string, fields: Partial<ElfSection>): ElfSection => {
  const bytes = fields.bytes ?? new Uint8Array();
  const size = BigInt(bytes.length);
  return {
    name,
    type: SECTION_TYPES.progbits,
    flags: 0,
    addr: 0n,
    align: 1,
    entrySize: 0,
    size,
    relocations: [],
    ...fields,
    bytes,
  };
};

/** Code, data and bss at 0x80000000, and three symbols. */
export const sampleExecutable = (): ElfContents => ({
  type: 'exec',
  flags: 5,
  entry: 0x8000_0000n,
  sections: [
    section('.text', {
      flags: SECTION_FLAGS.alloc | SECTION_FLAGS.exec,
      addr: 0x8000_0000n,
      align: 4,
      bytes: Uint8Array.of(0x13, 0, 0, 0, 0x6f, 0, 0, 0),
    }),
    section('.data', {
      flags: SECTION_FLAGS.alloc | SECTION_FLAGS.write,
      addr: 0x8000_1008n,
      align: 8,
      bytes: Uint8Array.of(1, 2, 3),
    }),
    section('.bss', {
      type: SECTION_TYPES.nobits,
      flags: SECTION_FLAGS.alloc | SECTION_FLAGS.write,
      addr: 0x8000_1010n,
      align: 8,
      size: 64n,
    }),
  ],
  symbols: [
    { name: '_start', value: 0x8000_0000n, size: 0n, binding: 'global', type: 'none', section: 0 },
    { name: 'table', value: 0x8000_1008n, size: 3n, binding: 'local', type: 'object', section: 1 },
    { name: 'limit', value: 42n, size: 0n, binding: 'global', type: 'none', section: 'absolute' },
  ],
});
