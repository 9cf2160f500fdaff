/**
 * A hart: the host's side of generated code. It owns what code cannot do inline (decode, translation misses, devices,
 * traps, CSRs) and steps in the reference simulator's manner, which decides when interrupts are seen.
 */
import type { InstructionName } from '../isa/rv64.ts';
import {
  forgetTranslations,
  rememberTranslation,
  type Translation,
  translate,
  translationIndex,
} from './address-translation.ts';
import type { Bus } from './bus.ts';
import { CAUSE } from './causes.ts';
import type { CodePages } from './code-pages.ts';
import type { CommitLog } from './commit-log.ts';
import type {
  AccessTrap,
  Coprocessor,
  CoprocessorMemory,
  CoprocessorOutcome,
  CustomInstruction,
  GuestFault,
} from './coprocessor.ts';
import { isCsrAccessible, readCsr, resetCsrs } from './csr-file.ts';
import { decodeInstruction } from './decoder.ts';
import { computeFloat } from './float-operations.ts';
import type { GuestMemory } from './guest-memory.ts';
import { HartState } from './hart-state.ts';
import type { HostObserver } from './host-trace.ts';
import { BLOCK_ID_SHIFT, EXIT, type Exit, FETCH, HART, PAGE_BYTES, RECORD_TO_PC_SHIFT } from './layout.ts';
import { LOAD_BYTES, LOAD_KINDS } from './memory-access.ts';
import type { AccessBytes } from './operands.ts';
import { type AccessKind, isUnprotected } from './physical-protection.ts';
import { ROUND } from './soft-float.ts';
import { executeSystem, type SystemContext } from './system-instructions.ts';
import { type TracedBlocks, TraceWriter } from './trace-writer.ts';
import type { Translator } from './translator/translator.ts';
import { pendingInterrupt, takeException, takeInterrupt } from './traps.ts';

export interface HartPorts {
  readonly bus: Bus;
  readonly coprocessor?: Coprocessor;
  /** Value of the real-time counter. */
  time(): bigint;
  /** Sees what the hart does, and knows the time. */
  readonly observer?: HostObserver;
}

/** How a step came to its end. */
export type StepEnd =
  /** All instructions retired. */
  | 'done'
  /** A trap or interrupt was taken, or the hart waits: the rest of the quantum is forfeit. */
  | 'early'
  | 'fault';

const OFFSET_MASK = BigInt(PAGE_BYTES - 1);
const SYSTEM_CSR: ReadonlySet<InstructionName> = new Set(['csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci']);

export class Hart implements SystemContext {
  readonly state: HartState;
  readonly hartId: number;
  readonly memory: GuestMemory;
  /** The address space of this hart's loads and stores, for its coprocessor. */
  readonly coprocessorMemory: CoprocessorMemory;
  /** Why the last step ended with `fault`. */
  fault: GuestFault | undefined;
  readonly #ports: HartPorts;
  readonly #pages: CodePages;
  readonly #enter: (state: number, fuel: number) => number;
  readonly #translator: Translator | undefined;
  /** Reports CSR writes while a log is kept. */
  written: ((number: number, value: bigint) => void) | undefined;
  #log: CommitLog | undefined;
  readonly #trace: TraceWriter | undefined;
  /** Fuel when counters were last brought up to date. */
  #countedFuel = 0;
  /** Instructions that the last run of generated code retired. */
  #retired = 0;

  /**
   * @param enter generated code: runs from the state's pc until its fuel is used or something happens
   * @param translator makes hot code fast; without it everything is interpreted
   * @param blocks of the host trace, which all harts share
   */
  constructor(
    memory: GuestMemory,
    hartId: number,
    pages: CodePages,
    ports: HartPorts,
    enter: (state: number, fuel: number) => number,
    translator: Translator | undefined,
    blocks: TracedBlocks,
  ) {
    this.memory = memory;
    this.hartId = hartId;
    this.state = new HartState(memory, hartId);
    this.#pages = pages;
    this.#ports = ports;
    this.#enter = enter;
    this.#translator = translator;
    const { state } = this;
    this.coprocessorMemory = {
      memory: memory.memory,
      locate: (vaddr, access) => this.#locate(vaddr, access),
      get translationEpoch() {
        return state.translationEpoch;
      },
    };
    const { observer } = ports;
    this.#trace = observer === undefined ? undefined : new TraceWriter(memory, hartId, this.state, blocks, observer);
  }

  /** Registers, CSRs and privilege as after power-up; execution starts at `pc`. */
  reset(pc: bigint): void {
    resetCsrs(this.state);
    this.state.pc = pc;
    this.fault = undefined;
    this.#trace?.reset(this.memory);
  }

  get hasCoprocessor(): boolean {
    return this.#ports.coprocessor !== undefined;
  }

  time(): bigint {
    return this.#ports.time();
  }

  cycle(): bigint | undefined {
    this.drainTrace();
    return this.#ports.observer?.cycle();
  }

  /** Hands over what the observer has not seen yet. */
  drainTrace(): void {
    this.#trace?.drain();
  }

  /** Value of a CSR by number, whoever may read it; nothing when there is none. */
  csr(number: number): bigint | undefined {
    return isCsrAccessible(this, number, false) ? readCsr(this, number) : undefined;
  }

  /** Raises or drops an interrupt line: bits of mip that devices own. */
  setInterrupt(mask: bigint, isPending: boolean): void {
    const mip = this.state.csr('mip');
    this.state.setCsr('mip', isPending ? mip | mask : mip & ~mask);
  }

  /** Regions of hot code that are translated now, for all harts that share code. */
  get translatedRegions(): number {
    return this.#translator?.regions ?? 0;
  }

  /** A quantum is over: a moment to see where the hart spends its time. */
  sample(): void {
    this.#translator?.sample(this.state, (paddr, pc) => this.#blockId(paddr, pc));
  }

  get isWaiting(): boolean {
    return this.state.get32(HART.isWaiting) !== 0;
  }

  /**
   * Retires up to `count` instructions, as the reference simulator steps: interrupts are looked at first and around
   * instructions that serialize; a trap ends the step.
   * @param seesInterrupts false to go on with a step that was cut off by its count
   */
  step(count: number, seesInterrupts = true): { readonly end: StepEnd; readonly retired: number } {
    let left = count;
    let isFirst = !seesInterrupts;
    while (left > 0) {
      if (!isFirst && this.#interrupted()) return { end: 'early', retired: count - left };
      isFirst = false;
      if (this.isWaiting) {
        this.#count(1);
        return { end: 'early', retired: count - left + 1 };
      }
      const exit = this.#log === undefined ? this.#run(left) : this.#runLogged(this.#log);
      left -= this.#retired;
      switch (exit) {
        case EXIT.none:
        case EXIT.limit:
        case EXIT.serialize:
          continue;
        case EXIT.trap:
        case EXIT.wait:
          return { end: 'early', retired: count - left };
        case EXIT.stop:
          return { end: 'fault', retired: count - left };
      }
    }
    return { end: 'done', retired: count };
  }

  /** Lets generated code run. */
  #run(fuel: number): Exit {
    const { state } = this;
    this.#countedFuel = fuel;
    const exit = this.#enter(state.address, fuel) as Exit;
    this.#retired = fuel - state.get32(HART.fuel);
    this.#syncCounters();
    this.#trace?.cut();
    return exit;
  }

  #runLogged(log: CommitLog): Exit {
    const pending = log.before(this);
    const exit = this.#run(1);
    if (pending !== undefined) log.after(this, pending, this.#retired === 1);
    return exit;
  }

  /** Logs every instruction from now on, or none. */
  logCommits(log: CommitLog | undefined): void {
    this.#log = log;
    this.coprocessorMemory.watch = log && ((access, vaddr, byte) => log.coprocessorAccessed(access, vaddr, byte));
    this.written = log === undefined ? undefined : (number, value) => log.csrWritten(number, value);
  }

  #interrupted(): boolean {
    const { state } = this;
    if ((state.csrLow('mip') & state.csrLow('mie')) === 0) return false;
    state.set32(HART.isWaiting, 0);
    const number = pendingInterrupt(state);
    if (number === undefined) return false;
    this.#trace?.trap(number, true);
    takeInterrupt(state, number);
    this.#trace?.noteAddressSpace();
    return true;
  }

  /** Brings minstret and mcycle up to the fuel that is left. */
  #syncCounters(): void {
    const fuel = this.state.get32(HART.fuel);
    this.#count(this.#countedFuel - fuel);
    this.#countedFuel = fuel;
  }

  #count(retired: number): void {
    if (retired === 0) return;
    const { state } = this;
    const inhibited = state.csrLow('mcountinhibit');
    if ((inhibited & 4) === 0) state.add64(HART.minstret, retired);
    if ((inhibited & 1) === 0) state.add64(HART.mcycle, retired);
  }

  #trap(cause: number, tval: bigint): Exit {
    this.#trace?.trap(cause, false);
    takeException(this.state, cause, tval);
    this.#trace?.noteAddressSpace();
    return EXIT.trap;
  }

  // What generated code calls.

  decode(record: number): void {
    this.#pages.decode(record);
  }

  fetch(): Exit {
    const { pc } = this.state;
    const place = this.#fetchPage(pc);
    if ('trap' in place) return this.#trap(place.trap.cause, place.trap.tval);
    const page = Number(place.paddr & ~OFFSET_MASK);
    if (this.memory.locate(page, PAGE_BYTES) === undefined) return this.#trap(CAUSE.fetchAccess, pc);
    this.state.set32(HART.isDirect, isUnprotected(this.state) ? 1 : 0);
    const records = this.#pages.records(page);
    const vpage = pc & ~OFFSET_MASK;
    const entry = this.state.address + HART.fetchTranslations.offset + translationIndex(pc) * FETCH.bytes;
    this.memory.view.setBigUint64(entry + FETCH.page.offset, vpage, true);
    this.memory.view.setBigUint64(entry + FETCH.bias.offset, vpage - BigInt(records >> RECORD_TO_PC_SHIFT), true);
    this.memory.view.setInt32(entry + FETCH.records.offset, records, true);
    return EXIT.none;
  }

  #fetchPage(vaddr: bigint): Translation {
    return this.#translate(vaddr, 2, 'fetch');
  }

  straddle(): Exit {
    const { state } = this;
    const { pc } = state;
    let word = 0;
    for (const half of [0, 1]) {
      const vaddr = pc + BigInt(2 * half);
      const place = this.#fetchPage(vaddr);
      if ('trap' in place) return this.#trap(place.trap.cause, place.trap.tval);
      const linear = this.memory.locate(Number(place.paddr), 2);
      if (linear === undefined) return this.#trap(CAUSE.fetchAccess, vaddr);
      word |= this.memory.view.getUint16(linear, true) << (16 * half);
    }
    const record = state.address + HART.straddle.offset;
    state.set32(HART.straddleWord, word);
    this.#pages.decodeStraddling(record, word);
    state.set64(HART.bias, BigInt.asUintN(64, pc - BigInt(record >> RECORD_TO_PC_SHIFT)));
    return EXIT.none;
  }

  #wordOf(record: number): number {
    const isStraddling = record === this.state.address + HART.straddle.offset;
    return isStraddling ? this.state.get32(HART.straddleWord) : this.#pages.word(record);
  }

  load(vaddr: bigint, kindNumber: number): Exit {
    const kind = LOAD_KINDS[kindNumber]!;
    const bytes = LOAD_BYTES[kind];
    const value = this.readMemory(BigInt.asUintN(64, vaddr), bytes);
    if (typeof value !== 'bigint') return this.#trap(value.cause, value.tval);
    const isSigned = kind.startsWith('i');
    this.state.set64(HART.scratch, isSigned ? BigInt.asUintN(64, BigInt.asIntN(8 * bytes, value)) : value);
    return EXIT.none;
  }

  store(vaddr: bigint, bytes: number): Exit {
    const value = BigInt.asUintN(8 * bytes, this.state.get64(HART.scratch));
    const trap = this.writeMemory(BigInt.asUintN(64, vaddr), bytes as AccessBytes, value);
    return trap === undefined ? EXIT.none : this.#trap(trap.cause, trap.tval);
  }

  atomic(signedVaddr: bigint, bytes: number): Exit {
    const vaddr = BigInt.asUintN(64, signedVaddr);
    if (vaddr % BigInt(bytes) !== 0n) return this.#trap(CAUSE.storeMisaligned, vaddr);
    const place = this.#translate(vaddr, bytes, 'store');
    if ('trap' in place) return this.#trap(place.trap.cause, place.trap.tval);
    const linear = this.memory.locate(Number(place.paddr), bytes);
    if (linear === undefined) return this.#trap(CAUSE.storeAccess, vaddr);
    rememberTranslation(this.state, this.memory, vaddr, place.paddr, 'store');
    this.state.set32(HART.pointer, linear);
    return EXIT.none;
  }

  system(record: number): Exit {
    const { state } = this;
    const word = this.#wordOf(record);
    const decoded = decodeInstruction(word)!;
    if (SYSTEM_CSR.has(decoded.name)) {
      // The reference simulator serializes before CSR accesses, too.
      if (pendingInterrupt(state) !== undefined) return EXIT.serialize;
      this.#syncCounters();
    }
    const outcome = executeSystem(this, decoded, word);
    if (outcome.kind === 'trap') return this.#trap(outcome.cause, outcome.tval);
    this.#retire(decoded.length);
    if (outcome.kind === 'wait') {
      state.set32(HART.isWaiting, 1);
      return EXIT.wait;
    }
    if (outcome.pc !== undefined) state.pc = outcome.pc;
    // What was retired meant the pages of before.
    if (decoded.name === 'sfence.vma') this.drainTrace();
    this.#trace?.noteAddressSpace();
    return outcome.serialize && (state.csr('mip') & state.csr('mie')) !== 0n ? EXIT.serialize : EXIT.none;
  }

  /** The instruction at the pc retires and is followed by the next one. */
  #retire(length: 2 | 4): void {
    const { state } = this;
    state.pc = BigInt.asUintN(64, state.pc + BigInt(length));
    state.set32(HART.fuel, state.get32(HART.fuel) - 1);
    // It ended its block.
    state.set32(HART.openBlock, 0);
  }

  custom(record: number, rs1: bigint, rs2: bigint): Exit {
    const { state } = this;
    const { coprocessor } = this.#ports;
    const word = this.#wordOf(record);
    const custom = (word >>> 5) & 3;
    if (coprocessor === undefined || (coprocessor.custom ?? custom) !== custom) return this.illegal(record);
    const xd = (word & (1 << 14)) !== 0;
    const instruction: CustomInstruction = {
      custom,
      funct7: word >>> 25,
      xd,
      rs1: word & (1 << 13) ? BigInt.asUintN(64, rs1) : ALL_ONES,
      rs2: word & (1 << 12) ? BigInt.asUintN(64, rs2) : ALL_ONES,
      pc: state.pc,
    };
    const outcome = coprocessor.execute(instruction);
    const exit = this.#afterCustom(outcome, xd ? (word >>> 7) & 31 : 0);
    if (this.#trace !== undefined) {
      this.#trace.drain();
      this.#trace.observer.custom(instruction, outcome);
    }
    return exit;
  }

  /** @param rd 0 when the instruction has no destination */
  #afterCustom(outcome: CoprocessorOutcome, rd: number): Exit {
    switch (outcome.kind) {
      case 'done':
        this.state.setX(rd, outcome.result);
        this.#retire(4);
        return EXIT.none;
      case 'trap':
        return this.#trap(outcome.cause, outcome.tval);
      case 'fault':
        this.#trace?.cut();
        this.fault = outcome.fault;
        return EXIT.stop;
    }
  }

  illegal(record: number): Exit {
    return this.#trap(CAUSE.illegal, BigInt(this.#wordOf(record) >>> 0));
  }

  float(record: number, operation: number, roundingMode: number): Exit {
    if (roundingMode > ROUND.nearestAway) return this.illegal(record);
    const { state } = this;
    const [a, b, c] = [state.get64(HART.scratch), state.get64(HART.scratch, 1), state.get64(HART.scratch, 2)];
    const { bits, flags } = computeFloat(operation, a, b, c, roundingMode);
    state.set64(HART.scratch, bits);
    if (flags !== 0) {
      state.set32(HART.fflags, state.get32(HART.fflags) | flags);
      state.set32(HART.fs, 3);
    }
    return EXIT.none;
  }

  // What the observed interpreter calls.

  traceBlock(record: number): number {
    const paddr = this.#pages.physicalAddress(record);
    // Behind the page's last instruction: the next page begins the block.
    if (paddr === undefined) return 0;
    const pc = BigInt.asUintN(64, this.state.get64(HART.bias) + BigInt(record >> RECORD_TO_PC_SHIFT));
    return this.#describeBlock(record, paddr, pc);
  }

  #blockId(paddr: number, pc: bigint): number {
    const record = this.#pages.recordOf(paddr - (paddr % PAGE_BYTES), paddr % PAGE_BYTES);
    return this.memory.view.getInt32(this.#blockSlot(record), true) || this.#describeBlock(record, paddr, pc);
  }

  #describeBlock(record: number, paddr: number, pc: bigint): number {
    const id = this.#trace!.describe(pc, paddr, this);
    this.memory.view.setInt32(this.#blockSlot(record), id, true);
    return id;
  }

  #blockSlot(record: number): number {
    return this.state.get32(HART.blockIds) + (record >> BLOCK_ID_SHIFT);
  }

  traceFence(): void {
    const trace = this.#trace!;
    this.state.set32(HART.openBlock, 0);
    trace.drain();
    trace.observer.fence();
  }

  /** Would a conditional store to this address be done now? */
  isReserved(vaddr: bigint): boolean {
    const place = this.#translate(vaddr, 1, 'store');
    return !('trap' in place) && place.paddr === this.state.get64(HART.reservation);
  }

  /** The instruction word at a virtual address, if it can be fetched; nothing is changed. */
  fetchQuietly(vaddr: bigint): number | undefined {
    const half = (at: bigint): number | undefined => {
      const place = this.#fetchPage(at);
      const linear = 'trap' in place ? undefined : this.memory.locate(Number(place.paddr), 2);
      return linear === undefined ? undefined : this.memory.view.getUint16(linear, true);
    };
    const low = half(vaddr);
    if (low === undefined || (low & 3) !== 3) return low;
    const high = half(vaddr + 2n);
    return high === undefined ? undefined : low | (high << 16);
  }

  /** Translates an access that the observer sees, too. */
  #translate(vaddr: bigint, bytes: number, kind: AccessKind): Translation {
    const place = translate(this.state, this.memory, vaddr, bytes, kind);
    if ('walk' in place) this.#trace?.notePage(vaddr, place.paddr, place.walk);
    return place;
  }

  // Memory, for those that come here with an address.

  /** Value of `bytes` bytes, unsigned. */
  readMemory(vaddr: bigint, bytes: AccessBytes): bigint | AccessTrap {
    if ((vaddr & BigInt(bytes - 1)) !== 0n) return { cause: CAUSE.loadMisaligned, tval: vaddr };
    const place = this.#translate(vaddr, bytes, 'load');
    if ('trap' in place) return place.trap;
    const paddr = Number(place.paddr);
    const linear = this.memory.locate(paddr, bytes);
    if (linear === undefined) return this.#ports.bus.read(paddr, bytes) ?? { cause: CAUSE.loadAccess, tval: vaddr };
    rememberTranslation(this.state, this.memory, vaddr, place.paddr, 'load');
    return this.#read(linear, bytes);
  }

  #read(linear: number, bytes: AccessBytes): bigint {
    switch (bytes) {
      case 1:
        return BigInt(this.memory.view.getUint8(linear));
      case 2:
        return BigInt(this.memory.view.getUint16(linear, true));
      case 4:
        return BigInt(this.memory.view.getUint32(linear, true));
      case 8:
        return this.memory.view.getBigUint64(linear, true);
    }
  }

  writeMemory(vaddr: bigint, bytes: AccessBytes, value: bigint): AccessTrap | undefined {
    if ((vaddr & BigInt(bytes - 1)) !== 0n) return { cause: CAUSE.storeMisaligned, tval: vaddr };
    const place = this.#translate(vaddr, bytes, 'store');
    if ('trap' in place) return place.trap;
    const paddr = Number(place.paddr);
    const linear = this.memory.locate(paddr, bytes);
    if (linear === undefined)
      return this.#ports.bus.write(paddr, bytes, value) ? undefined : { cause: CAUSE.storeAccess, tval: vaddr };
    rememberTranslation(this.state, this.memory, vaddr, place.paddr, 'store');
    this.#write(linear, bytes, value);
    return undefined;
  }

  #write(linear: number, bytes: AccessBytes, value: bigint): void {
    switch (bytes) {
      case 1:
        this.memory.view.setUint8(linear, Number(BigInt.asUintN(8, value)));
        return;
      case 2:
        this.memory.view.setUint16(linear, Number(BigInt.asUintN(16, value)), true);
        return;
      case 4:
        this.memory.view.setUint32(linear, Number(BigInt.asUintN(32, value)), true);
        return;
      case 8:
        this.memory.view.setBigUint64(linear, value, true);
    }
  }

  #locate(vaddr: bigint, access: 'load' | 'store'): number | AccessTrap {
    const place = this.#translate(vaddr, 1, access);
    if ('trap' in place) return place.trap;
    const linear = this.memory.locate(Number(place.paddr), 1);
    return linear ?? { cause: access === 'load' ? CAUSE.loadAccess : CAUSE.storeAccess, tval: vaddr };
  }

  synchronizeCode(): void {
    this.#pages.dropChanged();
  }

  /** No record that this hart knows may be used any more. */
  forgetCode(): void {
    forgetTranslations(this.state);
  }
}

const ALL_ONES = (1n << 64n) - 1n;
