/**
 * ELF64 for little-endian RISC-V: the numbers of the format, and the one in-memory shape that reader and writer share.
 * @source System V ABI, "Object Files"; RISC-V ELF psABI
 */

export const ELF_MACHINE_RISCV = 243;

/** Sizes in bytes of the fixed records. */
export const ELF_SIZES = { header: 64, programHeader: 56, sectionHeader: 64, symbol: 24, relocation: 24 } as const;

export const ELF_FILE_TYPES = { rel: 1, exec: 2 } as const;
export type ElfFileType = keyof typeof ELF_FILE_TYPES;

/** e_flags bits. */
export const ELF_FLAGS = { rvc: 0x1, floatAbiDouble: 0x4 } as const;

export const SECTION_TYPES = {
  progbits: 1,
  symtab: 2,
  strtab: 3,
  rela: 4,
  nobits: 8,
  riscvAttributes: 0x70000003,
} as const;

export const SECTION_FLAGS = {
  write: 0x1,
  alloc: 0x2,
  exec: 0x4,
  merge: 0x10,
  strings: 0x20,
  infoLink: 0x40,
  tls: 0x400,
} as const;

export const SEGMENT_TYPES = { load: 1, dynamic: 2, interp: 3 } as const;
export const SEGMENT_FLAGS = { exec: 0x1, write: 0x2, read: 0x4 } as const;

export const SYMBOL_BINDINGS = { local: 0, global: 1, weak: 2 } as const;
export type SymbolBinding = keyof typeof SYMBOL_BINDINGS;

export const SYMBOL_TYPES = { none: 0, object: 1, func: 2, section: 3, file: 4, common: 5, tls: 6 } as const;
export type SymbolType = keyof typeof SYMBOL_TYPES;

/** Section indices with a meaning of their own. */
export const SPECIAL_SECTIONS = { undefined: 0, absolute: 0xfff1, common: 0xfff2, extended: 0xffff } as const;

export interface ElfSegment {
  /** p_type; `SEGMENT_TYPES.load` is what gets into memory. */
  readonly type: number;
  /** Sum of `SEGMENT_FLAGS`. */
  readonly flags: number;
  readonly vaddr: bigint;
  /** Where a loader puts it. */
  readonly paddr: bigint;
  /** Contents; a view of the file. */
  readonly bytes: Uint8Array;
  /** Bytes in memory, at least `bytes.length`; the rest is zero. */
  readonly memorySize: bigint;
}

export interface ElfRelocation {
  /** Byte offset in the section (ET_REL). */
  readonly offset: bigint;
  /** Index into `ElfFile.symbols`; absent for relocations without a symbol. */
  readonly symbol?: number;
  /** R_RISCV_* number. */
  readonly type: number;
  readonly addend: bigint;
}

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  /** Sum of `SECTION_FLAGS`. */
  readonly flags: number;
  readonly addr: bigint;
  /** Power of two, in bytes. */
  readonly align: number;
  /** Bytes per record for tables, else 0. */
  readonly entrySize: number;
  /** Contents; empty for `nobits`. */
  readonly bytes: Uint8Array;
  /** Bytes in memory: `bytes.length`, except for `nobits`. */
  readonly size: bigint;
  readonly relocations: readonly ElfRelocation[];
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: bigint;
  readonly size: bigint;
  readonly binding: SymbolBinding;
  readonly type: SymbolType;
  /** Index into `ElfFile.sections`, or why there is none. */
  readonly section: number | 'undefined' | 'absolute' | 'common';
}

/** A whole file. The null section and the null symbol of the format are left out; indices count without them. */
export interface ElfFile {
  readonly type: ElfFileType;
  readonly flags: number;
  readonly entry: bigint;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
}
