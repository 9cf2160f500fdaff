/**
 * Where everything lies that JavaScript and generated WebAssembly share: the state of a hart, the decoded-instruction
 * records, and the caches that translate addresses quickly. Computed once; both sides take offsets from here.
 */

const FIELD_BYTES = { i64: 8, i32: 4, u16: 2, byte: 1 } as const;
export type FieldType = keyof typeof FIELD_BYTES;

export interface Field {
  readonly type: FieldType;
  /** Bytes from the start of the structure. */
  readonly offset: number;
  readonly count: number;
}

export type Layout<Names extends string> = { readonly [Name in Names]: Field } & { readonly bytes: number };

/** Places fields one after another, each aligned to its size; the whole is a multiple of 16 bytes. */
export function layOut<Names extends string>(spec: Record<Names, readonly [FieldType, number]>): Layout<Names> {
  let end = 0;
  const fields: Record<string, Field | number> = {};
  for (const [name, [type, count]] of Object.entries(spec) as [Names, readonly [FieldType, number]][]) {
    const size = FIELD_BYTES[type];
    const offset = Math.ceil(end / size) * size;
    fields[name] = { type, offset, count };
    end = offset + size * count;
  }
  fields.bytes = Math.ceil(end / 16) * 16;
  return fields as unknown as Layout<Names>;
}

export const PAGE_BYTES = 4096;
export const PAGE_SHIFT = 12;

/** Entries of each host-side translation cache: direct-mapped by virtual page number, no statistics. */
export const TRANSLATION_ENTRIES = 256;

/** Virtual page → linear memory, for loads and for stores. */
export const TRANSLATION = layOut({
  /** Virtual address of the page, or `NO_PAGE`. */
  page: ['i64', 1],
  /** Added (modulo 2^32) to the low word of a virtual address gives the linear address. */
  addend: ['i32', 1],
});

/** Virtual page → decoded records, for instruction fetch. */
export const FETCH = layOut({
  page: ['i64', 1],
  /** `pc = bias + (record address >> RECORD_TO_PC_SHIFT)` inside this page. */
  bias: ['i64', 1],
  /** Linear address of the page's first record. */
  records: ['i32', 1],
});

/** No virtual page has an address with its lowest bit set. */
export const NO_PAGE = 1n;

/**
 * One decoded instruction; there is one record per halfword of code, so that the record of any pc is found by
 * arithmetic. All zero means "not decoded yet". Register operands are byte offsets into the hart's state.
 */
export const RECORD = layOut({
  /** Table index of the function that executes from here: a handler, or translated code. */
  entry: ['u16', 1],
  /** Table index of the interpreter's handler of this instruction. */
  handler: ['u16', 1],
  rd: ['u16', 1],
  rs1: ['u16', 1],
  rs2: ['u16', 1],
  imm: ['i32', 1],
});

/** A record address shifted right by this is a distance in bytes of code: 16-byte records, one per 2 bytes. */
export const RECORD_TO_PC_SHIFT = 3;
/** A record address shifted right by this is a distance in the table of block ids, 4 bytes each. */
export const BLOCK_ID_SHIFT = 2;
export const RECORDS_PER_PAGE = PAGE_BYTES / 2;

/** A decoded page: its records, two that leave the page at its end, and the bytes that the records were made from. */
export const DECODED_PAGE = layOut({
  records: ['byte', RECORDS_PER_PAGE * RECORD.bytes],
  end: ['byte', 2 * RECORD.bytes],
  source: ['byte', PAGE_BYTES],
});

/** State of one hart. Registers come first: their offsets are operands in records. */
export const HART = layOut({
  x: ['i64', 32],
  f: ['i64', 32],
  /** Target of writes to x0. */
  sink: ['i64', 1],
  /** Valid whenever generated code is not running, and during every call out of it. */
  pc: ['i64', 1],
  /** See FETCH.bias; of the page being executed. */
  bias: ['i64', 1],
  /** Instructions that may still retire before generated code returns. */
  fuel: ['i32', 1],
  fflags: ['i32', 1],
  frm: ['i32', 1],
  /** mstatus.FS: 0 off, 1 initial, 2 clean, 3 dirty. */
  fs: ['i32', 1],
  /** Operands and result of calls out of generated code. */
  scratch: ['i64', 4],
  /** Linear address that an atomic access was granted. */
  pointer: ['i32', 1],
  privilege: ['i32', 1],
  isWaiting: ['i32', 1],
  /** Virtual addresses are physical ones and nothing protects RAM; holds while the fetch translations do. */
  isDirect: ['i32', 1],
  /** Set when translated code is entered. */
  usesRegions: ['i32', 1],
  /** Where the last jump to a computed address or out of the page went. */
  jumpTarget: ['i64', 1],
  /** Physical address of the load reservation, or −1. */
  reservation: ['i64', 1],
  minstret: ['i64', 1],
  mcycle: ['i64', 1],
  /** All CSRs that are plain storage, by index (`csr-file.ts`). */
  csrs: ['i64', 64],
  pmpaddr: ['i64', 16],
  pmpcfg: ['byte', 16],
  /** Host trace: linear address of the next word, of where the buffer counts as full, and of the open block's record. */
  traceCursor: ['i32', 1],
  traceFull: ['i32', 1],
  openBlock: ['i32', 1],
  /** Block id of a record: at this address + (record address >> BLOCK_ID_SHIFT). */
  blockIds: ['i32', 1],
  // The three translation caches lie side by side: they are forgotten together.
  loadTranslations: ['i64', (TRANSLATION_ENTRIES * TRANSLATION.bytes) / 8],
  storeTranslations: ['i64', (TRANSLATION_ENTRIES * TRANSLATION.bytes) / 8],
  fetchTranslations: ['i64', (TRANSLATION_ENTRIES * FETCH.bytes) / 8],
  /** Record of an instruction that straddles two pages, and one that leaves it. */
  straddle: ['i64', (4 * RECORD.bytes) / 8],
  straddleWord: ['i32', 1],
});

/** Why generated code returned to its caller, or what an out-of-line operation wants. 0 means: go on. */
export const EXIT = {
  none: 0,
  /** Fuel is used up. */
  limit: 1,
  /** A trap was taken; pc is the handler's. The instruction did not retire. */
  trap: 2,
  /** Interrupts must be looked at before the next instruction. */
  serialize: 3,
  /** WFI retired. */
  wait: 4,
  /** The run ends here; the reason is with the hart. */
  stop: 5,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];
