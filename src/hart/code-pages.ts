/**
 * The pages of guest code that have been decoded, by physical address. A page keeps a copy of the bytes that its records
 * were made from: fence.i compares and drops what has changed, which is all that the architecture promises, and lets stores
 * be free of any bookkeeping.
 */
import { decodeInstruction, isNear, writeRecord } from './decoder.ts';
import { DECODED_PAGES, type GuestMemory } from './guest-memory.ts';
import type { HartState } from './hart-state.ts';
import { DECODE_ENTRY, handlerEntry, ILLEGAL_ENTRY, LEAVE_PAGE_ENTRY, STRADDLE_ENTRY } from './interpreter.ts';
import {
  DECODED_PAGE,
  FETCH,
  HART,
  PAGE_BYTES,
  PAGE_SHIFT,
  RECORD,
  RECORD_TO_PC_SHIFT,
  TRANSLATION_ENTRIES,
} from './layout.ts';

/** Whoever keeps what was made from records. */
export interface CodePagesUsers {
  /** All records become invalid. */
  forgetAll(): void;
  /** The records of the page at this physical address become invalid. */
  forgetPage(page: number): void;
  /** Records at linear addresses [start, end) are made anew. */
  renewed?(start: number, end: number): void;
}

export class CodePages {
  readonly #memory: GuestMemory;
  /** Physical address of a page → index of its frame. */
  readonly #frames = new Map<number, number>();
  /** Physical addresses by frame. */
  readonly #pages: number[] = [];

  readonly #users: CodePagesUsers;

  constructor(memory: GuestMemory, users: CodePagesUsers) {
    this.#memory = memory;
    this.#users = users;
  }

  #frameAddress(frame: number): number {
    return this.#memory.decodedPages + frame * DECODED_PAGE.bytes;
  }

  /** Linear address of the records of a page of RAM. When there is no room left, all other pages are forgotten. */
  records(page: number): number {
    const known = this.#frames.get(page);
    if (known !== undefined) return this.#frameAddress(known);
    if (this.#pages.length === DECODED_PAGES) this.clear();
    const frame = this.#pages.length;
    this.#frames.set(page, frame);
    this.#pages.push(page);
    this.#prepare(frame);
    return this.#frameAddress(frame);
  }

  #prepare(frame: number): void {
    const address = this.#frameAddress(frame);
    const source = this.#memory.locate(this.#pages[frame]!, PAGE_BYTES)!;
    this.#memory.bytes.fill(0, address, address + DECODED_PAGE.bytes);
    this.#users.renewed?.(address, address + DECODED_PAGE.bytes);
    this.#memory.bytes.copyWithin(address + DECODED_PAGE.source.offset, source, source + PAGE_BYTES);
    for (let k = 0; k < DECODED_PAGE.end.count / RECORD.bytes; k++) {
      const end = this.#record(address + DECODED_PAGE.end.offset + k * RECORD.bytes);
      end.setUint16(RECORD.entry.offset, LEAVE_PAGE_ENTRY, true);
      end.setUint16(RECORD.handler.offset, LEAVE_PAGE_ENTRY, true);
    }
  }

  #record(address: number): DataView {
    return new DataView(this.#memory.memory.buffer, address, RECORD.bytes);
  }

  /** Physical page and byte offset that a record stands for. */
  #placeOf(record: number): { frame: number; page: number; offset: number } {
    const frame = Math.floor((record - this.#memory.decodedPages) / DECODED_PAGE.bytes);
    const offset = (record - this.#frameAddress(frame)) >> RECORD_TO_PC_SHIFT;
    return { frame, page: this.#pages[frame]!, offset };
  }

  /** Physical address of the instruction that a record stands for; nothing for those that leave the page or are outside of pages. */
  physicalAddress(record: number): number | undefined {
    if (record < this.#memory.decodedPages) return undefined;
    const { page, offset } = this.#placeOf(record);
    return offset < PAGE_BYTES ? page + offset : undefined;
  }

  /** The word that a record was made from: 32 bits, or 16 when it is compressed. */
  word(record: number): number {
    const { frame, offset } = this.#placeOf(record);
    const { view } = this.#memory;
    const source = this.#frameAddress(frame) + DECODED_PAGE.source.offset + offset;
    const low = view.getUint16(source, true);
    return (low & 3) === 3 && offset + 4 <= PAGE_BYTES ? low | (view.getUint16(source + 2, true) << 16) : low;
  }

  /** Decodes an instruction that begins at the end of one page into a record outside of pages. */
  decodeStraddling(record: number, word: number): void {
    const decoded = decodeInstruction(word);
    const entry = decoded === undefined ? ILLEGAL_ENTRY : handlerEntry(decoded.name, 4, false);
    const view = this.#record(record);
    if (decoded !== undefined) writeRecord(view, decoded, entry, false);
    for (const [address, target] of [
      [record, entry],
      [record + (4 << RECORD_TO_PC_SHIFT), LEAVE_PAGE_ENTRY],
    ] as const) {
      const at = this.#record(address);
      at.setUint16(RECORD.entry.offset, target, true);
      at.setUint16(RECORD.handler.offset, target, true);
    }
  }

  /** Decodes the instruction that a record stands for, from memory as it is now. */
  decode(record: number): void {
    const { frame, page, offset } = this.#placeOf(record);
    const linear = this.#memory.locate(page, PAGE_BYTES)! + offset;
    const source = this.#frameAddress(frame) + DECODED_PAGE.source.offset + offset;
    const bytes = Math.min(4, PAGE_BYTES - offset);
    this.#memory.bytes.copyWithin(source, linear, linear + bytes);
    const word = this.word(record);
    const isStraddling = (word & 3) === 3 && bytes === 2;
    const view = this.#record(record);
    const decoded = isStraddling ? undefined : decodeInstruction(word);
    if (decoded === undefined) {
      const entry = isStraddling ? STRADDLE_ENTRY : ILLEGAL_ENTRY;
      view.setUint16(RECORD.handler.offset, entry, true);
      view.setUint16(RECORD.entry.offset, entry, true);
      return;
    }
    const near = isNear(offset, decoded.imm);
    const isTransfer = TRANSFERS.has(decoded.name);
    writeRecord(view, decoded, handlerEntry(decoded.name, decoded.length, near), isTransfer && near);
  }

  /** Linear address of the record at a byte offset of a page, decoded. */
  recordOf(page: number, offset: number): number {
    const record = this.records(page) + (offset << RECORD_TO_PC_SHIFT);
    if (this.#record(record).getUint16(RECORD.handler.offset, true) === DECODE_ENTRY) this.decode(record);
    return record;
  }

  /** Control that comes to this record goes to another table entry than its handler. */
  setEntry(record: number, entry: number): void {
    this.#record(record).setUint16(RECORD.entry.offset, entry, true);
  }

  resetEntry(record: number): void {
    this.setEntry(record, this.#record(record).getUint16(RECORD.handler.offset, true));
  }

  /** Physical address of a hart's pc, if code has been fetched there. Asked for often: no big integers are made. */
  physicalPc(state: HartState): number | undefined {
    const low = state.get32(HART.pc);
    const index = (low >>> PAGE_SHIFT) & (TRANSLATION_ENTRIES - 1);
    const entry = (state.address + HART.fetchTranslations.offset + index * FETCH.bytes) / 4;
    const { words32 } = this.#memory;
    const offset = low & (PAGE_BYTES - 1);
    const isKnown = words32[entry] === low - offset && words32[entry + 1] === state.get32(HART.pc, 1);
    return isKnown ? this.#placeOf(words32[entry + FETCH.records.offset / 4]!).page + offset : undefined;
  }

  /** Drops the pages whose bytes have changed since they were decoded. @returns were there any? */
  dropChanged(): boolean {
    let dropped = false;
    for (const [frame, page] of this.#pages.entries()) {
      if (this.#isUnchanged(frame, page)) continue;
      this.#users.forgetPage(page);
      this.#prepare(frame);
      dropped = true;
    }
    return dropped;
  }

  #isUnchanged(frame: number, page: number): boolean {
    const kept = (this.#frameAddress(frame) + DECODED_PAGE.source.offset) / 8;
    const current = this.#memory.locate(page, PAGE_BYTES)! / 8;
    const { words64 } = this.#memory;
    for (let k = 0; k < PAGE_BYTES / 8; k++) if (words64[current + k] !== words64[kept + k]) return false;
    return true;
  }

  /** Forgets all pages: their room is used up, or memory was replaced. */
  clear(): void {
    this.#users.forgetAll();
    this.#frames.clear();
    this.#pages.length = 0;
  }
}

const TRANSFERS: ReadonlySet<string> = new Set(['jal', 'beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu']);
