/**
 * What the timing model is told, as a stream of words, so that it can run later or elsewhere. A record is a header (opcode
 * in bits 0 to 3, tile in bits 4 to 7, words that follow in the rest) and its words; 64-bit values are two of them, the low
 * one first. Blocks are described once, before they are named. src/timing/records/record-player.ts reads what is written here.
 */
import type { CoprocessorOutcome, CustomInstruction } from '../../hart/coprocessor.ts';
import type { HostAddressSpace, TracedBlock, TracedPage } from '../../hart/host-trace.ts';
import type { HostWords } from '../host/host-memory.ts';

export const RECORD = {
  /** Nothing: room that is left over. */
  skip: 0,
  block: 1,
  drain: 2,
  custom: 3,
  fence: 4,
  space: 5,
  page: 6,
  /** Of a recording; nothing follows. */
  end: 7,
  hostWords: 8,
  /** Questions: their answers are not kept, but they decide how far other tiles have got. */
  cycle: 9,
  counter: 10,
  report: 11,
  /** The function that the blocks from here on belong to; without a name, none. */
  name: 12,
  /** A command to the host of the machine ended the program. */
  exit: 13,
} as const;

/** What a guest asks of the counters of its accelerator: the first word of the record; the second is a code. */
export const COUNTER_QUESTION = { sample: 0, resetSums: 1, internal: 2, external: 3 } as const;
export type CounterQuestion = keyof typeof COUNTER_QUESTION;

const TILE_SHIFT = 4;
const LENGTH_SHIFT = 8;
export const opcodeOf = (header: number): number => header & 0xf;
export const tileOf = (header: number): number => (header >>> TILE_SHIFT) & 0xf;
export const lengthOf = (header: number): number => header >>> LENGTH_SHIFT;
export const headerOf = (opcode: number, tile: number, length: number): number =>
  opcode | (tile << TILE_SHIFT) | (length << LENGTH_SHIFT);

/** Flags of a custom instruction, above its opcode (2 bits) and funct7. */
export const CUSTOM = { funct7Shift: 8, xd: 1 << 16, isDone: 1 << 17 } as const;

/** Words that are copied one by one sooner than by a call. */
const FEW_WORDS = 32;

/** Where records are written. */
export interface RecordRoom {
  readonly words: Int32Array;
  /** Makes room for `count` words in a row, all that was written before being complete. @returns index of the first */
  reserve(count: number): number;
}

const long = new BigInt64Array(1);
const halves = new Int32Array(long.buffer);

export class RecordWriter {
  room: RecordRoom;
  /** The function that an address belongs to; nothing outside of all. */
  functionAt: (addr: bigint) => string | undefined = () => undefined;
  #name: string | undefined;

  constructor(room: RecordRoom) {
    this.room = room;
  }

  block(tile: number, { id, pc, paddr, instructions }: TracedBlock): void {
    const name = this.functionAt(pc);
    if (name !== this.#name) this.#writeName(name);
    let at = this.#begin(RECORD.block, tile, 5 + instructions.length);
    const { words } = this.room;
    words[at++] = id;
    at = this.#long(at, pc);
    at = this.#long(at, BigInt(paddr));
    for (const { word } of instructions) words[at++] = word;
  }

  drain(tile: number, source: Int32Array, start: number, end: number): void {
    const count = end - start;
    const at = this.#begin(RECORD.drain, tile, count);
    const { words } = this.room;
    if (count > FEW_WORDS) words.set(source.subarray(start, end), at);
    else for (let k = 0; k < count; k++) words[at + k] = source[start + k]!;
  }

  /** Commands that trapped did nothing that takes the accelerator's time: their cause is not kept. */
  custom(tile: number, { custom, funct7, xd, rs1, rs2, pc }: CustomInstruction, { kind }: CoprocessorOutcome): void {
    const at = this.#begin(RECORD.custom, tile, 7);
    const flags = (xd ? CUSTOM.xd : 0) | (kind === 'done' ? CUSTOM.isDone : 0);
    this.room.words[at] = custom | (funct7 << CUSTOM.funct7Shift) | flags;
    this.#long(at + 1, rs1);
    this.#long(at + 3, rs2);
    this.#long(at + 5, pc);
  }

  fence(tile: number): void {
    this.#begin(RECORD.fence, tile, 0);
  }

  space(tile: number, { satp, privilege, dataPrivilege }: HostAddressSpace): void {
    const at = this.#long(this.#begin(RECORD.space, tile, 4), satp);
    this.room.words[at] = privilege;
    this.room.words[at + 1] = dataPrivilege;
  }

  page(tile: number, { satp, vpn, paddr, pages, entries }: TracedPage): void {
    let at = this.#long(this.#begin(RECORD.page, tile, 6 + 2 * entries.length), satp);
    this.room.words[at++] = vpn;
    this.room.words[at++] = pages;
    for (const address of [paddr, ...entries]) at = this.#long(at, BigInt(address));
  }

  hostWords({ tohost, fromhost }: HostWords): void {
    const at = this.#begin(RECORD.hostWords, 0, 4);
    this.#long(this.#long(at, BigInt(tohost)), BigInt(fromhost));
  }

  cycle(tile: number): void {
    this.#begin(RECORD.cycle, tile, 0);
  }

  counter(tile: number, question: CounterQuestion, code = 0): void {
    const at = this.#begin(RECORD.counter, tile, 2);
    this.room.words[at] = COUNTER_QUESTION[question];
    this.room.words[at + 1] = code;
  }

  report(): void {
    this.#begin(RECORD.report, 0, 0);
  }

  exit(): void {
    this.#begin(RECORD.exit, 0, 0);
  }

  end(): void {
    this.#begin(RECORD.end, 0, 0);
  }

  #writeName(name: string | undefined): void {
    this.#name = name;
    const bytes = new TextEncoder().encode(name ?? '');
    const padded = new Uint8Array((bytes.length + 3) & ~3);
    padded.set(bytes);
    const at = this.#begin(RECORD.name, 0, 1 + padded.length / 4);
    this.room.words[at] = bytes.length;
    this.room.words.set(new Int32Array(padded.buffer), at + 1);
  }

  /** @returns where the words of the record begin */
  #begin(opcode: number, tile: number, length: number): number {
    const at = this.room.reserve(1 + length);
    this.room.words[at] = headerOf(opcode, tile, length);
    return at + 1;
  }

  /** @returns the index behind the value */
  #long(at: number, value: bigint): number {
    const { words } = this.room;
    long[0] = value;
    words[at] = halves[0]!;
    words[at + 1] = halves[1]!;
    return at + 2;
  }
}
