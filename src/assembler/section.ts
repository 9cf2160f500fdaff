/**
 * A section under construction: fixed bytes with variable parts (fragments) between them, and the fixups that become
 * relocations. Places are pairs (fixed bytes before, fragments before), so that laying out again moves no byte.
 */
import { SECTION_FLAGS } from '../elf/format.ts';
import type { Expression } from './expression.ts';
import type { AsmSymbol, Place } from './symbols.ts';

/** A stretch whose length depends on the layout. `at` counts the fixed bytes before it. */
export type Fragment =
  | {
      readonly kind: 'branch';
      readonly at: number;
      length: number;
      /** The 4-byte instruction with offset 0. */
      readonly word: number;
      readonly isJump: boolean;
      /** The 2-byte form with offset 0, when there is one. */
      readonly halfword: number | undefined;
      readonly target: AsmSymbol | undefined;
      readonly addend: number;
    }
  | {
      readonly kind: 'align';
      readonly at: number;
      length: number;
      readonly align: number;
      /** Bytes that fill the gap, repeated; nothing for code. */
      readonly fill: Uint8Array | undefined;
      /** The alignment is left out when it needs more than this. */
      readonly max: number;
    }
  | {
      readonly kind: 'fill';
      readonly at: number;
      length: number;
      /** How often the pattern is written; or, for .org, the offset in the section to reach. */
      readonly amount: Expression;
      readonly isOrigin: boolean;
      readonly pattern: Uint8Array;
      readonly source: number;
    }
  | {
      readonly kind: 'leb128';
      readonly at: number;
      length: number;
      readonly value: Expression;
      readonly isSigned: boolean;
      readonly source: number;
    };

/** A value that has to be put into the bytes at `offset` (fixed bytes before it) once it is known. */
export interface Fixup {
  readonly offset: number;
  readonly fragment: number;
  readonly kind: 'relocation' | 'data';
  /** R_RISCV_* for `relocation`; for `data` the width in bytes. */
  readonly type: number;
  readonly value: Expression;
  /** May the linker shorten the code here (R_RISCV_RELAX)? */
  readonly canRelax: boolean;
  /** Position in the source, for messages. */
  readonly source: number;
}

const INITIAL_BYTES = 256;

export class Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly entrySize: number;
  readonly index: number;
  align = 1;
  bytes = new Uint8Array(INITIAL_BYTES);
  /** Fixed bytes so far. */
  length = 0;
  /** What the bytes of a code section are since the last mapping symbol. */
  contents: 'code' | 'data' | undefined;
  readonly fragments: Fragment[] = [];
  readonly fixups: Fixup[] = [];
  /** Bytes that the fragments before fragment i add to the fixed bytes; set by the layout. */
  shifts: number[] = [0];
  /** The section's own symbol, for relocations and line tables. */
  symbol: AsmSymbol | undefined;

  constructor(name: string, type: number, flags: number, entrySize: number, index: number) {
    this.name = name;
    this.type = type;
    this.flags = flags;
    this.entrySize = entrySize;
    this.index = index;
  }

  get isCode(): boolean {
    return (this.flags & SECTION_FLAGS.exec) !== 0;
  }

  /** The place after what is there now. */
  here(): Place {
    return { section: this, offset: this.length, fragment: this.fragments.length };
  }

  /** Makes room for `count` more bytes. @returns the offset of the first */
  reserve(count: number): number {
    const offset = this.length;
    const needed = offset + count;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, offset));
      this.bytes = grown;
    }
    this.length = needed;
    return offset;
  }

  append16(halfword: number): void {
    const offset = this.reserve(2);
    this.bytes[offset] = halfword;
    this.bytes[offset + 1] = halfword >>> 8;
  }

  append32(word: number): void {
    const offset = this.reserve(4);
    const { bytes } = this;
    bytes[offset] = word;
    bytes[offset + 1] = word >>> 8;
    bytes[offset + 2] = word >>> 16;
    bytes[offset + 3] = word >>> 24;
  }

  append(bytes: Uint8Array): void {
    const offset = this.reserve(bytes.length);
    this.bytes.set(bytes, offset);
  }
}
