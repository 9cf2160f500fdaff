/** The host's side of the trace (see host-trace.ts): describes blocks, cuts records, hands the buffer over. */
import type { Walk } from './address-translation.ts';
import { type Decoded, decodeInstruction } from './decoder.ts';
import { type GuestMemory, TRACE_BYTES } from './guest-memory.ts';
import type { HartState } from './hart-state.ts';
import {
  type HostAddressSpace,
  type HostObserver,
  observedWords,
  TRACE_CUT,
  TRACE_TRAP,
  type TracedBlock,
  type TracedInstruction,
  type TracedPage,
} from './host-trace.ts';
import { BLOCK_ID_SHIFT, HART, PAGE_BYTES, PAGE_SHIFT } from './layout.ts';
import { dataPrivilege } from './status.ts';
import { roleOf } from './translator/instruction-roles.ts';

/** Words that the longest block can append: every halfword of a page a compressed load, and then the records of a trap. */
const LONGEST_RECORD_BYTES = 4 * (PAGE_BYTES + 16);
const WORD_BYTES = 4;
const VPN_BITS = 27;

/** Reads code for the description of a block. */
export interface CodeReader {
  /** The instruction word at a virtual address, if it can be fetched. */
  fetchQuietly(vaddr: bigint): number | undefined;
}

interface OpenBlock extends TracedBlock {
  /** Words of its record. */
  readonly words: number;
}

/** The blocks that the harts of a machine have met; ids begin with 1. */
export class TracedBlocks {
  readonly list: OpenBlock[] = [];
  /** Who names them. */
  readonly writers: TraceWriter[] = [];
  readonly #observers: readonly HostObserver[];

  constructor(observers: readonly HostObserver[]) {
    this.#observers = observers;
  }

  add(pc: bigint, paddr: number, instructions: readonly TracedInstruction[]): number {
    const words = 1 + instructions.reduce((sum, { name }) => sum + observedWords(name), 0);
    const block = { id: this.list.length + 1, pc, paddr, instructions, words };
    this.list.push(block);
    for (const observer of this.#observers) observer.block(block);
    return block.id;
  }
}

export class TraceWriter {
  readonly observer: HostObserver;
  readonly #state: HartState;
  readonly #blocks: TracedBlocks;
  #buffer!: Int32Array;
  readonly #bufferStart: number;
  #space: HostAddressSpace | undefined;
  /** The pages that the observer knows, by satp and virtual page number. */
  readonly #pages = new Map<bigint, Map<number, TracedPage>>();

  constructor(memory: GuestMemory, hartId: number, state: HartState, blocks: TracedBlocks, observer: HostObserver) {
    this.observer = observer;
    this.#state = state;
    this.#blocks = blocks;
    this.#bufferStart = memory.trace(hartId);
    blocks.writers.push(this);
    const makeView = (): void => {
      this.#buffer = new Int32Array(memory.memory.buffer, this.#bufferStart, TRACE_BYTES / WORD_BYTES);
    };
    makeView();
    memory.whenGrown(makeView);
  }

  /** After the hart's state has been reset. */
  reset(memory: GuestMemory): void {
    const state = this.#state;
    state.set32(HART.traceCursor, this.#bufferStart);
    state.set32(HART.traceFull, this.#bufferStart + TRACE_BYTES - LONGEST_RECORD_BYTES);
    state.set32(HART.openBlock, 0);
    state.set32(HART.blockIds, memory.blockIds - (memory.decodedPages >> BLOCK_ID_SHIFT));
    this.#space = undefined;
    this.noteAddressSpace();
  }

  /** Describes the block that starts at the pc. @returns its id, or 0 when there is no instruction */
  describe(pc: bigint, paddr: number, code: CodeReader): number {
    const instructions: TracedInstruction[] = [];
    let at = pc;
    while (at / BigInt(PAGE_BYTES) === pc / BigInt(PAGE_BYTES)) {
      const word = code.fetchQuietly(at);
      const decoded = word === undefined ? undefined : decodeInstruction(word);
      if (word === undefined || decoded === undefined) break;
      instructions.push(traced(decoded, word));
      at += BigInt(decoded.length);
      if (endsBlock(decoded)) break;
    }
    return instructions.length === 0 ? 0 : this.#blocks.add(pc, paddr, instructions);
  }

  /** Generated code has stopped at the pc, which may be in the middle of a block: its record is cut there. */
  cut(): void {
    const state = this.#state;
    const start = state.get32(HART.openBlock);
    if (start === 0) return;
    state.set32(HART.openBlock, 0);
    const block = this.#blocks.list[this.#buffer[this.#index(start)]! - 1]!;
    const retired = retiredBefore(block, state.pc);
    state.set32(HART.traceCursor, start + block.words * WORD_BYTES);
    if (retired < block.instructions.length) this.#append(TRACE_CUT, retired);
  }

  trap(cause: number, isInterrupt: boolean): void {
    this.cut();
    this.#append(TRACE_TRAP, cause, isInterrupt ? 1 : 0);
  }

  /**
   * Hands over what all harts have retired: what the observers know of one hart when another one asks for the time must
   * not depend on how full its buffer is, or on where a run was cut into parts.
   */
  drain(): void {
    for (const writer of this.#blocks.writers) writer.#handOver();
  }

  #handOver(): void {
    const state = this.#state;
    const end = this.#index(state.get32(HART.traceCursor));
    if (end > 0) this.observer.drain(this.#buffer, 0, end);
    state.set32(HART.traceCursor, this.#bufferStart);
  }

  /** Tells the observer when addresses mean something else than before. */
  noteAddressSpace(): void {
    if (this.observer.addressSpace === undefined) return;
    const state = this.#state;
    const satp = state.csr('satp');
    const { privilege } = state;
    const space = { satp, privilege, dataPrivilege: dataPrivilege(state) };
    const last = this.#space;
    const isSame = last?.satp === satp && last.privilege === privilege && last.dataPrivilege === space.dataPrivilege;
    if (isSame) return;
    this.drain();
    this.#space = space;
    this.observer.addressSpace(space);
  }

  /** Tells the observer of a page that it does not know, or that lies elsewhere than it knows. */
  notePage(vaddr: bigint, paddr: bigint, { pages, entries }: Walk): void {
    if (this.observer.page === undefined) return;
    const satp = this.#state.csr('satp');
    const known = this.#pages.get(satp) ?? new Map<number, TracedPage>();
    this.#pages.set(satp, known);
    const vpn = Number(BigInt.asUintN(VPN_BITS, vaddr >> BigInt(PAGE_SHIFT)));
    const start = Number(paddr) - (Number(paddr) % PAGE_BYTES);
    const page: TracedPage = { satp, vpn, paddr: start, pages, entries };
    if (isSamePage(page, known.get(vpn))) return;
    known.set(vpn, page);
    this.observer.page(page);
  }

  #append(...words: readonly number[]): void {
    const cursor = this.#state.get32(HART.traceCursor);
    for (const [k, word] of words.entries()) this.#buffer[this.#index(cursor) + k] = word;
    this.#state.set32(HART.traceCursor, cursor + words.length * WORD_BYTES);
  }

  #index(address: number): number {
    return (address - this.#bufferStart) / WORD_BYTES;
  }
}

const isSamePage = (page: TracedPage, other: TracedPage | undefined): boolean =>
  page.paddr === other?.paddr && page.entries.every((entry, level) => entry === other.entries[level]);

/** Instructions of the block in front of the pc, which is in the block or just behind it. */
function retiredBefore(block: TracedBlock, pc: bigint): number {
  const distance = BigInt.asUintN(64, pc - block.pc);
  // A page mapped at another address: only the offsets in the page compare.
  let left = Number(distance <= BigInt(PAGE_BYTES) + 2n ? distance : distance % BigInt(PAGE_BYTES));
  let retired = 0;
  while (left > 0 && retired < block.instructions.length) left -= block.instructions[retired++]!.length;
  return retired;
}

const endsBlock = ({ name }: Decoded): boolean => roleOf(name) !== 'plain' || name === 'fence';

const traced = ({ name, length, rd, rs1, rs2, rs3, imm }: Decoded, word: number): TracedInstruction => ({
  name,
  length,
  word: length === 2 ? word & 0xffff : word >>> 0,
  rd,
  rs1,
  rs2,
  rs3,
  imm,
});
