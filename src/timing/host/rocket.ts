import { TRACE_CUT, TRACE_TRAP, type TracedBlock } from '../../hart/host-trace.ts';
import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import { FIRST_PIECE } from '../profile/marks.ts';
import { BranchPredictor } from './branch-predictor.ts';
import type { HostMemory } from './host-memory.ts';
import { type BlockRan, type HostCounts, type HostModel, noHostCounts } from './host-model.ts';
import { NO_REGISTER, PACKET, type PipelineInstruction, UNIT } from './instruction-costs.ts';
import { type PipelineBlock, pipelineBlock } from './pipeline-block.ts';

/** Packets that wait for decode. */
const FETCH_QUEUE = 5;
/** Accesses that can come again while a packet waits behind them. */
const REPLAYS = 4;
/** Cycles until a packet that found no room in the fetch queue has been fetched again. */
const FETCH_AGAIN = 2;
/** From issue to write-back. */
const TO_WRITE_BACK = 3;
/** A store is in the way of loads of the same bytes for so many instructions. */
const STORE_SHADOW = 2;
const PAGE = 4096;

/**
 * Rocket's pipeline as recurrences over issue times: one instruction per cycle, a register is ready a latency after its
 * producer, what write-back refuses is issued again.
 * @source soc-timing §2
 */
export class RocketHost implements HostModel {
  /** Issue of the last instruction. */
  issued: Cycles = 0;
  readonly counts: HostCounts = noHostCounts();
  readonly predictor: BranchPredictor;
  readonly #ran: BlockRan;
  readonly #config: TimingConfig;
  readonly #memory: HostMemory;
  readonly #lineBytes: number;
  readonly #blocks: PipelineBlock[] = [];
  /** Parts of blocks that are timed piece by piece. */
  readonly #pieces: PipelineBlock[] = [];
  #lastBlock: PipelineBlock | undefined;
  readonly #ready = new Float64Array(NO_REGISTER + 1);
  /** When the packet that decode needs is there, its address, and issue times of the packets before. */
  #fetched: Cycles = 0;
  /** When the last accesses left the pipeline that had to come again, with all behind them. */
  readonly #replayedAt = new Float64Array(REPLAYS).fill(-1);
  #replayNext = 0;
  #packet = -1;
  #line = -1;
  readonly #packetIssued = new Float64Array(FETCH_QUEUE);
  #packetNext = 0;
  /** Cycles in which decode gets a packet without the end of an instruction. */
  #emptyDecodes = 0;
  #unitFree: Cycles = 0;
  /** Register of the multiplier's or divider's last result, and the slot of write-back in which it is written. */
  #lateTarget = 0;
  #lateSlot: Cycles = -1;
  #floatFree: Cycles = 0;
  /** The last stores: low address bits, length, instruction count. */
  readonly #storeAddr = new Int32Array(2);
  readonly #storeBytes = new Int32Array(2);
  readonly #storeAt = new Float64Array(2).fill(-100);
  #storeNext = 0;
  #lastAtomic = -1;
  #lastAtomicAt = -100;
  /** The control transfer whose target the next block tells. */
  #transfer: PipelineBlock | undefined;
  #transferSeen = true;
  #entryPacket = 0;

  constructor(config: TimingConfig, memory: HostMemory, ran: BlockRan) {
    this.#ran = ran;
    this.#config = config;
    this.#memory = memory;
    this.#lineBytes = config.cache.lineBytes;
    this.predictor = new BranchPredictor(config.host);
  }

  block(block: TracedBlock): void {
    const prepared = pipelineBlock(block, this.predictor, this.#config);
    if (block.id < FIRST_PIECE) this.#blocks[block.id] = prepared;
    else this.#pieces[block.id - FIRST_PIECE] = prepared;
  }

  drain(words: Int32Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const id = words[at++]!;
      if (id === TRACE_TRAP) {
        at += 2;
        this.#flush(this.#config.host.flush);
        continue;
      }
      const before = this.issued;
      at = this.#run(id < FIRST_PIECE ? this.#blocks[id]! : this.#pieces[id - FIRST_PIECE]!, words, at, end);
      this.#ran(id, this.issued - before);
    }
  }

  /** The custom instruction that ended the last block is accepted by the router in cycle `accepted`. */
  get writeBack(): Cycles {
    return this.issued + TO_WRITE_BACK;
  }

  /** The last instruction was held: a command until the router took it, a fence until the accelerator was idle. */
  holdUntilWriteBack(at: Cycles, cause: 'commandWait' | 'fenceWait'): void {
    const late = at - this.writeBack;
    if (late <= 0) return;
    this.issued += late;
    this.counts[cause] += late;
    this.#fetched = Math.max(this.#fetched, this.issued + 1 - FETCH_QUEUE);
  }

  /** The result of the custom instruction that ended the last block can be used from `at` on. */
  delayResult(at: Cycles): void {
    const target = this.#lastBlock?.instructions.at(-1)?.target ?? 0;
    if (target > 0) this.#ready[target] = at;
  }

  /** @returns where the next record starts */
  #run(block: PipelineBlock, words: Int32Array, operands: number, end: number): number {
    this.#enter(block);
    this.#lastBlock = block;
    const next = operands + block.operandWords;
    const isCut = next < end && words[next] === TRACE_CUT;
    const count = isCut ? words[next + 1]! : block.instructions.length;
    this.#issue(block, count, words, operands);
    if (isCut) return next + 2;
    if (block.ending !== 'none') this.#leave(block);
    return next;
  }

  /** Control arrives at the block: what did the branch before cost? */
  #enter(block: PipelineBlock): void {
    const transfer = this.#transfer;
    if (transfer !== undefined) {
      this.#transfer = undefined;
      this.#resolve(transfer, block);
    }
    if (block.firstPacket !== this.#packet) this.#entryPacket = block.enteredPacket;
  }

  #resolve(transfer: PipelineBlock, target: PipelineBlock): void {
    const { predictor } = this;
    const { site, ending, instructions, pcs } = transfer;
    const next = target.pc;
    const behind = pcs[instructions.length]!;
    const seen = this.#transferSeen;
    const isTaken = ending !== 'branch' || next !== behind;
    const prediction =
      ending === 'branch'
        ? predictor.branch(site, isTaken, next, seen, this.#fetched, this.issued, this.#replaysSince(this.#fetched))
        : ending === 'jump' || ending === 'call'
          ? predictor.jump(site, next, seen)
          : predictor.jumpRegister(site, next, ending === 'return', seen, this.#fetched);
    if (ending === 'call' || ending === 'register-call') predictor.call(behind);
    if (prediction === 'wrong') {
      this.#restart(this.issued + 1 + this.#config.host.mispredict);
    } else if (isTaken) {
      this.#fetched += prediction === 'late' ? this.#config.host.takenWithoutBtb : 0;
      this.#packet = -1;
    }
    // The first packet of a long instruction in its upper half brings nothing that can be decoded.
    if (isTaken && target.startsSplit) this.#emptyDecodes = this.#config.host.misalignedTarget;
  }

  /** How often was a packet that left fetch at `fetched` thrown away with what was in front of it? */
  #replaysSince(fetched: Cycles): number {
    let replays = 0;
    for (let i = 0; i < REPLAYS; i++) if (this.#replayedAt[i]! >= fetched) replays++;
    return replays;
  }

  #leave(block: PipelineBlock): void {
    this.#transfer = block;
    this.#transferSeen = this.#entryPacket * PACKET !== block.site.packet;
  }

  /** Fetch starts over; the next packet is at decode at `at`. */
  #restart(at: Cycles): void {
    this.#fetched = at - 1;
    this.#packet = -1;
  }

  #flush(penalty: Cycles): void {
    this.#transfer = undefined;
    this.#restart(this.issued + 1 + penalty);
  }

  /** Issues the first `count` instructions of the block, whose operands are in the trace from `at` on. */
  #issue(block: PipelineBlock, count: number, words: Int32Array, at: number): void {
    if (count === 0) return;
    this.#fetchFirst(block);
    const { instructions } = block;
    const ready = this.#ready;
    const packetIssued = this.#packetIssued;
    let { issued } = this;
    let fetched = this.#fetched;
    let packetNext = this.#packetNext;
    let waitsForFetch = 0;
    let waitsForOperands = 0;
    for (let i = 0; i < count; i++) {
      const one = instructions[i]!;
      if (i > 0 && one.startsPacket) {
        packetNext = packetNext === FETCH_QUEUE - 1 ? 0 : packetNext + 1;
        fetched = leavesFetch(fetched + 1, packetIssued[packetNext]! + 1);
        packetIssued[packetNext] = issued + 1;
        if (one.startsLine) {
          const packet = Math.floor((block.pcs[i + 1]! - 1) / PACKET);
          fetched += this.#fetchLine(packet * PACKET, block, issued, fetched);
        }
      }
      const inOrder = issued + 1;
      let issue = i === 0 ? inOrder + this.#emptyDecodes : inOrder;
      // Branches, which are nearly always predicted, instead of Math.max, which orders NaNs, too.
      if (fetched > issue) issue = fetched;
      waitsForFetch += issue - inOrder;
      const decoded = issue;
      if (ready[one.source1]! > issue) issue = ready[one.source1]!;
      if (ready[one.source2]! > issue) issue = ready[one.source2]!;
      if (ready[one.source3]! > issue) issue = ready[one.source3]!;
      if (ready[one.target]! > issue) issue = ready[one.target]!;
      let { latency } = one;
      if (one.needsUnit) {
        const isFloat = one.unit === UNIT.float || one.unit === UNIT['float-divide'];
        issue = Math.max(issue, isFloat ? this.#floatFree : this.#unitFree);
        if (one.unit !== UNIT.float) latency = one.latencyOf(words, at);
        if (!isFloat) this.#startUnit(one.target, issue + latency);
        else if (one.unit !== UNIT.float) this.#floatFree = issue + latency;
      }
      waitsForOperands += issue - decoded;
      if (one.isAccess) issue = this.#access(one, issue, issued, words, at, this.counts.instructions + i + 1);
      if (issue === this.#lateSlot && one.takesWritePort) this.#delayUnit();
      at += one.operandWords;
      issued = issue;
      ready[one.result] = issue + latency;
      packetIssued[packetNext] = issue;
    }
    this.issued = issued;
    this.#fetched = fetched;
    this.#packetNext = packetNext;
    this.#packet = Math.floor((block.pcs[count]! - 1) / PACKET);
    this.#emptyDecodes = 0;
    this.counts.instructions += count;
    this.counts.issueCycles += count;
    this.counts.fetch += waitsForFetch;
    this.counts.interlock += waitsForOperands;
    this.#serialize(instructions[count - 1]!.unit);
  }

  /** The multiplier or divider works for `target` until `end`. */
  #startUnit(target: number, end: Cycles): void {
    this.#unitFree = end;
    this.#lateTarget = target;
    this.#lateSlot = end - TO_WRITE_BACK;
  }

  /**
   * The result waits while instructions in write-back take the write port.
   * @source rocket-chip RocketCore: the divider answers when write-back writes no integer register
   */
  #delayUnit(): void {
    if (this.#ready[this.#lateTarget] === this.#unitFree) this.#ready[this.#lateTarget] = this.#unitFree + 1;
    this.#unitFree++;
    this.#lateSlot++;
  }

  /** What the last instruction of a block does to the pipeline behind it. */
  #serialize(unit: PipelineInstruction['unit']): void {
    switch (unit) {
      case UNIT.flush:
        this.#flush(this.#config.host.flush);
        break;
      case UNIT['fence.i']:
        this.#memory.instructions.invalidate();
        this.#line = -1;
        this.#flush(this.#config.host.flush);
        break;
      case UNIT['sfence.vma']:
        this.#flush(this.#config.host.flush);
        this.#memory.flushTranslations();
        this.#line = -1;
        break;
    }
  }

  /** Brings the packets of a block's first instruction to decode, those that are not there yet. */
  #fetchFirst(block: PipelineBlock): void {
    for (let packet = block.firstPacket; packet <= block.lastPacketOfFirst; packet++) {
      if (packet === this.#packet) continue;
      this.#packet = packet;
      this.#packetNext = (this.#packetNext + 1) % FETCH_QUEUE;
      // Behind a branch the place is free a cycle earlier. Measured: predictions in micro2 os_chain_toacc.
      this.#fetched = leavesFetch(this.#fetched + 1, this.#packetIssued[this.#packetNext]!);
      this.#packetIssued[this.#packetNext] = this.issued + 1;
      if (packet === block.firstPacket && block.firstLine === this.#line) continue;
      const vaddr = Math.max(packet * PACKET, block.pc);
      this.#fetched += this.#fetchLine(vaddr, block, this.issued, this.#fetched);
    }
  }

  /**
   * Makes sure of the line of a packet. The pipe drains before fetch waits for it.
   * @returns cycles that fetch comes later than at `fetched`
   */
  #fetchLine(vaddr: number, block: PipelineBlock, issued: Cycles, fetched: Cycles): Cycles {
    const line = Math.floor(vaddr / this.#lineBytes);
    if (line === this.#line) return 0;
    const entersPage = Math.floor(vaddr / PAGE) !== Math.floor((this.#line * this.#lineBytes) / PAGE) || this.#line < 0;
    this.#line = line;
    let at = fetched;
    if (entersPage) {
      const walk = this.#memory.translateFetch(issued + 1, vaddr);
      if (walk > 0) {
        this.counts.tlbMiss += walk;
        this.counts.fetch -= walk;
        at = Math.max(at, issued + 1) + walk;
      }
    }
    const paddr = block.paddr + (vaddr - block.pc);
    if (this.#memory.instructions.holds(paddr)) return at - fetched;
    const start = Math.max(at, issued + 1);
    const miss = this.#memory.missInstruction(start, paddr);
    this.counts.instructionMiss += miss;
    this.counts.fetch -= miss;
    return start + miss - fetched;
  }

  /**
   * @param at     issue of the first attempt
   * @param issued issue of the instruction before
   * @param number of the instruction, counted from the start
   * @returns issue of the attempt that succeeds
   */
  #access(
    instruction: PipelineInstruction,
    at: Cycles,
    issued: Cycles,
    words: Int32Array,
    operand: number,
    number: number,
  ): Cycles {
    const { unit, bytes } = instruction;
    const lowWord = words[operand]!;
    const low = lowWord & (PAGE - 1);
    let issue = at + this.#portWait(at);
    const again = instruction.isSplit ? this.#config.host.misalignedTarget : 0;
    let walk = this.#memory.translateData(issue, (words[operand + 1]! & 0xffff) * 2 ** 32 + (lowWord >>> 0), low);
    if (walk > 0) walk += again;
    issue += walk;
    this.counts.tlbMiss += walk;
    if (walk > 0) issue += this.#portWait(issue);
    if (this.#memory.isDevice()) return issue + this.#config.host.mmio - 1;
    if (unit === UNIT.load && this.#hitsPendingStore(low, bytes, number)) {
      const penalty = this.#config.host.replay + again;
      issue += penalty;
      this.counts.replay += penalty;
    }
    if (unit === UNIT.atomic) {
      if (this.#lastAtomic === low && number - this.#lastAtomicAt <= 1) {
        const again = Math.max(issue, issued + 1 + this.#config.host.amoAgain);
        this.counts.replay += again - issue;
        issue = again;
      }
      this.#lastAtomic = low;
      this.#lastAtomicAt = number;
    }
    let penalty = this.#memory.accessData(issue, unit !== UNIT.load);
    if (penalty > 0) penalty += again * this.#memory.refusals;
    this.counts.dataMiss += penalty;
    issue += penalty;
    if (penalty > 0) issue += this.#portWait(issue);
    if (issue > at) {
      this.#replayedAt[this.#replayNext] = at + TO_WRITE_BACK;
      this.#replayNext = (this.#replayNext + 1) % REPLAYS;
    }
    if (unit === UNIT.store) {
      this.#storeAddr[this.#storeNext] = low;
      this.#storeBytes[this.#storeNext] = bytes;
      this.#storeAt[this.#storeNext] = number;
      this.#storeNext ^= 1;
    }
    return issue;
  }

  /** Cycles that an access comes later because the data cache is taken when it is offered. */
  #portWait(at: Cycles): Cycles {
    const wait = this.#memory.portWait(at);
    this.counts.replay += wait;
    return wait;
  }

  #hitsPendingStore(low: number, bytes: number, number: number): boolean {
    for (let i = 0; i < 2; i++) {
      if (number - this.#storeAt[i]! > STORE_SHADOW) continue;
      if (low < this.#storeAddr[i]! + this.#storeBytes[i]! && this.#storeAddr[i]! < low + bytes) return true;
    }
    return false;
  }
}

/** When a packet that could leave fetch at `at` does so, its place in the queue being free from `free` on. */
const leavesFetch = (at: Cycles, free: Cycles): Cycles =>
  free <= at ? at : at + FETCH_AGAIN * Math.ceil((free - at) / FETCH_AGAIN);
