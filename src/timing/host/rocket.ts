import type { TracedBlock } from '../../hart/host-trace.ts';
import { observedWords, TRACE_CUT, TRACE_TRAP } from '../../hart/host-trace.ts';
import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../cycles.ts';
import { BranchPredictor } from './branch-predictor.ts';
import type { HostMemory } from './host-memory.ts';
import { isLink, type PipelineInstruction, pipelineInstruction } from './instruction-costs.ts';
import { divideLatency, multiplyLatency } from './multiplier.ts';

/** A block with everything that does not change from run to run worked out. */
interface PipelineBlock {
  readonly pc: number;
  readonly paddr: number;
  readonly instructions: readonly PipelineInstruction[];
  /** Words of operands in its records. */
  readonly operandWords: number;
  /** Address behind the last instruction. */
  readonly end: number;
  readonly endsInReturn: boolean;
  readonly endsInCall: boolean;
  /** Target of the last instruction when it is a direct jump or branch. */
  readonly target: number;
}

const REGISTERS = 64;
/** Bytes that fetch brings per cycle, and packets that wait for decode. */
const PACKET = 4;
const FETCH_QUEUE = 5;
/** From issue to write-back. */
const TO_WRITE_BACK = 3;
/** A store is in the way of loads of the same bytes for so many instructions. */
const STORE_SHADOW = 2;
const PAGE = 4096;

export interface HostCounts {
  instructions: number;
  /** Cycles beyond one per instruction, by what caused them. */
  interlock: number;
  fetch: number;
  instructionMiss: number;
  dataMiss: number;
  tlbMiss: number;
  mispredict: number;
  flush: number;
  replay: number;
  commandWait: number;
  fenceWait: number;
}

/**
 * Rocket's pipeline as recurrences over issue times: one instruction per cycle, a register is ready a latency after its
 * producer, what write-back refuses is issued again.
 * @source soc-timing §2
 */
export class RocketHost {
  /** Issue of the last instruction. */
  issued: Cycles = 0;
  readonly counts: HostCounts = {
    instructions: 0,
    interlock: 0,
    fetch: 0,
    instructionMiss: 0,
    dataMiss: 0,
    tlbMiss: 0,
    mispredict: 0,
    flush: 0,
    replay: 0,
    commandWait: 0,
    fenceWait: 0,
  };
  readonly predictor: BranchPredictor;
  readonly #config: TimingConfig['host'];
  readonly #memory: HostMemory;
  readonly #lineBytes: number;
  readonly #blocks: PipelineBlock[] = [];
  #lastBlock: PipelineBlock | undefined;
  readonly #ready = new Float64Array(REGISTERS);
  /** When the packet that decode needs is there, its address, and issue times of the packets before. */
  #fetched: Cycles = 0;
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
  #transferPacket = 0;
  #entryPacket = 0;

  constructor(config: TimingConfig, memory: HostMemory) {
    this.#config = config.host;
    this.#memory = memory;
    this.#lineBytes = config.cache.lineBytes;
    this.predictor = new BranchPredictor(config.host);
  }

  block(block: TracedBlock): void {
    const instructions = block.instructions.map((one) =>
      pipelineInstruction(one, observedWords(one.name), this.#config),
    );
    const last = block.instructions[block.instructions.length - 1]!;
    const pc = Number(block.pc);
    const bytes = instructions.reduce((sum, { length }) => sum + length, 0);
    const isJump = last.name === 'jal' || last.name === 'jalr';
    this.#blocks[block.id] = {
      pc,
      paddr: block.paddr,
      instructions,
      operandWords: instructions.reduce((sum, one) => sum + one.operandWords, 0),
      end: pc + bytes,
      endsInReturn: last.name === 'jalr' && isLink(last.rs1) && !isLink(last.rd),
      endsInCall: isJump && isLink(last.rd),
      target: pc + bytes - last.length + last.imm,
    };
  }

  drain(words: Int32Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const id = words[at++]!;
      if (id === TRACE_TRAP) {
        at += 2;
        this.#flush(this.#config.flush);
        continue;
      }
      at = this.#run(this.#blocks[id]!, words, at, end);
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
    let at = operands;
    let pc = block.pc;
    for (let i = 0; i < count; i++) {
      const instruction = block.instructions[i]!;
      this.#issue(instruction, pc, block.paddr + (pc - block.pc), words, at);
      at += instruction.operandWords;
      pc += instruction.length;
    }
    if (isCut) return next + 2;
    this.#leave(block);
    return next;
  }

  /** Control arrives at the block: what did the branch before cost? */
  #enter(block: PipelineBlock): void {
    const transfer = this.#transfer;
    if (transfer !== undefined) {
      this.#transfer = undefined;
      this.#resolve(transfer, block);
    }
    const packet = Math.floor(block.pc / PACKET);
    if (packet !== this.#packet) this.#entryPacket = block.pc % PACKET === 0 ? -1 : packet;
  }

  #resolve(transfer: PipelineBlock, target: PipelineBlock): void {
    const next = target.pc;
    const last = transfer.instructions[transfer.instructions.length - 1]!;
    const packet = this.#transferPacket;
    const seen = this.#transferSeen;
    const isTaken = next !== transfer.end || last.unit !== 'branch';
    const prediction =
      last.unit === 'branch'
        ? this.predictor.branch(packet, isTaken, next, seen)
        : last.unit === 'jump'
          ? this.predictor.jump(packet, next, seen)
          : this.predictor.jumpRegister(packet, next, transfer.endsInReturn, seen);
    if (transfer.endsInCall) this.predictor.call(transfer.end);
    if (prediction === 'wrong') {
      this.counts.mispredict += this.#config.mispredict;
      this.#restart(this.issued + 1 + this.#config.mispredict);
    } else if (isTaken) {
      this.#fetched += prediction === 'late' ? this.#config.takenWithoutBtb : 0;
      this.#packet = -1;
    }
    // The first packet of a long instruction in its upper half brings nothing that can be decoded.
    if (isTaken && next % PACKET !== 0 && target.instructions[0]!.length === PACKET)
      this.#emptyDecodes = this.#config.misalignedTarget;
  }

  #leave(block: PipelineBlock): void {
    const last = block.instructions[block.instructions.length - 1]!;
    if (last.unit !== 'branch' && last.unit !== 'jump' && last.unit !== 'jump-register') return;
    this.#transfer = block;
    this.#transferPacket = Math.floor((block.end - 2) / PACKET) * PACKET;
    this.#transferSeen = this.#entryPacket * PACKET !== this.#transferPacket;
  }

  /** Fetch starts over; the next packet is at decode at `at`. */
  #restart(at: Cycles): void {
    this.#fetched = at - 1;
    this.#packet = -1;
  }

  #flush(penalty: Cycles): void {
    this.counts.flush += penalty;
    this.#transfer = undefined;
    this.#restart(this.issued + 1 + penalty);
  }

  #issue(instruction: PipelineInstruction, pc: number, paddr: number, words: Int32Array, at: number): void {
    this.counts.instructions++;
    const { unit, target, sources } = instruction;
    this.#fetch(pc, paddr, instruction.length);
    const inOrder = this.issued + 1;
    let issue = Math.max(inOrder + this.#emptyDecodes, this.#fetched);
    this.#emptyDecodes = 0;
    this.counts.fetch += issue - inOrder;
    const fetched = issue;
    const ready = this.#ready;
    for (const source of sources) if (ready[source]! > issue) issue = ready[source]!;
    if (target > 0 && ready[target]! > issue) issue = ready[target]!;
    if ((unit === 'mul' || unit === 'div') && this.#unitFree > issue) issue = this.#unitFree;
    if (this.#floatFree > issue && (unit === 'float' || unit === 'float-divide')) issue = this.#floatFree;
    this.counts.interlock += issue - fetched;
    let latency = instruction.latency;
    switch (unit) {
      case 'load':
      case 'store':
      case 'atomic':
        issue = this.#access(instruction, issue, addressAt(words, at), pc);
        break;
      case 'mul':
        latency = multiplyLatency(instruction.name, words[at]! >>> 0, words[at + 1]! >>> 0);
        this.#startUnit(target, issue + latency);
        break;
      case 'div':
        latency = divideLatency(instruction.name, wordsAt(words, at), wordsAt(words, at + 2));
        this.#startUnit(target, issue + latency);
        break;
      case 'float-divide':
        latency = floatDivideLatency(instruction.name, words, at);
        this.#floatFree = issue + latency;
        break;
    }
    this.issued = issue;
    if (issue === this.#lateSlot && instruction.takesWritePort) this.#delayUnit();
    if (target > 0) ready[target] = issue + latency;
    this.#packetIssued[this.#packetNext] = issue;
    if (unit === 'flush') this.#flush(this.#config.flush);
    else if (unit === 'fence.i') {
      this.#memory.instructions.invalidate();
      this.#line = -1;
      this.#flush(this.#config.flush);
    }
    if (instruction.name === 'sfence.vma') this.#memory.flushTranslations();
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

  /** Brings the packets of an instruction to decode. */
  #fetch(pc: number, paddr: number, length: number): void {
    const first = Math.floor(pc / PACKET);
    const last = Math.floor((pc + length - 1) / PACKET);
    for (let packet = first; packet <= last; packet++) {
      if (packet === this.#packet) continue;
      this.#packet = packet;
      this.#packetNext = (this.#packetNext + 1) % FETCH_QUEUE;
      this.#fetched = Math.max(this.#fetched + 1, this.#packetIssued[this.#packetNext]! + 1 - FETCH_QUEUE);
      this.#packetIssued[this.#packetNext] = this.issued + 1;
      const byte = packet === first ? pc : packet * PACKET;
      this.#fetchLine(byte, paddr + (byte - pc));
    }
  }

  #fetchLine(vaddr: number, paddr: number): void {
    const line = Math.floor(vaddr / this.#lineBytes);
    if (line === this.#line) return;
    const entersPage = Math.floor(vaddr / PAGE) !== Math.floor((this.#line * this.#lineBytes) / PAGE) || this.#line < 0;
    this.#line = line;
    if (entersPage) {
      const walk = this.#memory.translateFetch(this.issued + 1, vaddr);
      if (walk > 0) this.#stallFetch(walk, 'tlbMiss');
    }
    if (this.#memory.instructions.holds(paddr)) return;
    const start = Math.max(this.#fetched, this.issued + 1);
    this.#stallFetch(this.#memory.missInstruction(start, paddr), 'instructionMiss');
  }

  /** The pipe drains before fetch waits. */
  #stallFetch(penalty: Cycles, cause: 'tlbMiss' | 'instructionMiss'): void {
    this.counts[cause] += penalty;
    this.#fetched = Math.max(this.#fetched, this.issued + 1) + penalty;
    this.counts.fetch -= penalty;
  }

  /** @returns issue of the attempt that succeeds */
  #access(instruction: PipelineInstruction, at: Cycles, vaddr: number, pc: number): Cycles {
    const isStore = instruction.unit !== 'load';
    let issue = at;
    const walk = this.#memory.translateData(issue, vaddr);
    issue += walk;
    this.counts.tlbMiss += walk;
    if (this.#memory.isDevice()) {
      issue += this.#config.mmio - 1;
      return issue;
    }
    const low = vaddr % PAGE;
    if (instruction.unit === 'load' && this.#hitsPendingStore(low, instruction.bytes)) {
      const isSplit = pc % PACKET !== 0 && instruction.length === PACKET;
      const penalty = this.#config.replay + (isSplit ? this.#config.misalignedTarget : 0);
      issue += penalty;
      this.counts.replay += penalty;
    }
    if (instruction.unit === 'atomic') {
      if (this.#lastAtomic === low && this.counts.instructions - this.#lastAtomicAt <= 1) {
        const again = Math.max(issue, this.issued + 1 + this.#config.amoAgain);
        this.counts.replay += again - issue;
        issue = again;
      }
      this.#lastAtomic = low;
      this.#lastAtomicAt = this.counts.instructions;
    }
    const penalty = this.#memory.accessData(issue, isStore);
    this.counts.dataMiss += penalty;
    issue += penalty;
    if (instruction.unit === 'store') {
      this.#storeAddr[this.#storeNext] = low;
      this.#storeBytes[this.#storeNext] = instruction.bytes;
      this.#storeAt[this.#storeNext] = this.counts.instructions;
      this.#storeNext ^= 1;
    }
    return issue;
  }

  #hitsPendingStore(low: number, bytes: number): boolean {
    for (let i = 0; i < 2; i++) {
      if (this.counts.instructions - this.#storeAt[i]! > STORE_SHADOW) continue;
      if (low < this.#storeAddr[i]! + this.#storeBytes[i]! && this.#storeAddr[i]! < low + bytes) return true;
    }
    return false;
  }
}

const addressAt = (words: Int32Array, at: number): number => (words[at + 1]! & 0xffff) * 2 ** 32 + (words[at]! >>> 0);
const wordsAt = (words: Int32Array, at: number): bigint =>
  (BigInt(words[at + 1]! >>> 0) << 32n) | BigInt(words[at]! >>> 0);

/** Steps of the bit-serial float divider. */
const DIVIDE = { s: 29, d: 58 } as const;
const SQUARE_ROOT = { s: 28, d: 57 } as const;
const SPECIAL = 4;

function floatDivideLatency(name: string, words: Int32Array, at: number): number {
  const precision = name.endsWith('.d') ? 'd' : 's';
  const bits = (index: number): bigint => {
    const word = wordsAt(words, at + 2 * index);
    return precision === 'd' ? word : BigInt.asUintN(32, word);
  };
  const fraction = precision === 'd' ? 52n : 23n;
  const exponentMask = precision === 'd' ? 0x7ffn : 0xffn;
  const exponent = (x: bigint): bigint => (x >> fraction) & exponentMask;
  const significand = (x: bigint): bigint => x & ((1n << fraction) - 1n);
  const isSpecial = (x: bigint): boolean =>
    exponent(x) === exponentMask || (exponent(x) === 0n && significand(x) === 0n);
  const a = bits(0);
  const b = bits(1);
  if (name.startsWith('fsqrt')) {
    if (isSpecial(a)) return SPECIAL;
    const isOdd = (exponent(a) & 1n) === 0n;
    return SQUARE_ROOT[precision] - (isOdd ? 1 : 0);
  }
  if (isSpecial(a) || isSpecial(b)) return SPECIAL;
  return DIVIDE[precision] - (significand(a) >= significand(b) ? 1 : 0);
}
