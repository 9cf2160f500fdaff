import { TRACE_CUT, TRACE_TRAP, type TracedBlock } from '../../hart/host-trace.ts';
import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import { FIRST_PIECE } from '../profile/marks.ts';
import { BranchPredictor } from './branch-predictor.ts';
import type { HostMemory } from './host-memory.ts';
import { type BlockRan, type HostCounts, type HostModel, noHostCounts } from './host-model.ts';
import { NO_REGISTER, type PipelineInstruction, UNIT } from './instruction-costs.ts';
import { type PipelineBlock, pipelineBlock } from './pipeline-block.ts';

/** From a product being started to its use; the multiplier is pipelined. */
const MULTIPLY = 3;
const PAGE = 4096;

/** Why an instruction retires later than the one before it. */
type Cause = 'interlock' | 'fetch' | 'instructionMiss' | 'dataMiss' | 'tlbMiss';

/**
 * A coarse out-of-order host: instructions enter a window in order, as many per cycle as the host is wide and while the
 * window has room; each starts when its operands are ready, and retires in order. Data misses overlap up to a limit;
 * stores retire without waiting. Left out: issue queues and ports of single units, forwarding and ordering of memory
 * accesses, wrong-path work, the real predictor. Commands and fences take effect at retirement.
 * @source soc-timing §1.6 for widths and windows; the recurrence is the usual interval model, not a measured machine
 */
export class OutOfOrderHost implements HostModel {
  issued: Cycles = 0;
  readonly counts: HostCounts = noHostCounts();
  readonly #config: TimingConfig;
  readonly #memory: HostMemory;
  readonly #ran: BlockRan;
  readonly #predictor: BranchPredictor;
  readonly #blocks: PipelineBlock[] = [];
  readonly #pieces: PipelineBlock[] = [];
  #lastBlock: PipelineBlock | undefined;
  /** The control transfer that ended the last block, and when it is resolved. */
  #transfer: PipelineBlock | undefined;
  #resolved: Cycles = 0;
  #fetchFrom: Cycles = 0;
  #fetchCause: Cause = 'fetch';
  #line = -1;
  /** The cycle in which instructions enter the window, and how many have; the same of retirement. */
  #enters: Cycles = 0;
  #entered = 0;
  #retired = 0;
  /** Retirement of the last instructions, as many as the window holds. */
  readonly #window: Float64Array;
  #next = 0;
  readonly #ready = new Float64Array(NO_REGISTER + 1);
  #divideFree: Cycles = 0;
  #floatDivideFree: Cycles = 0;
  /** When misses under way end. */
  readonly #misses: Float64Array;

  constructor(config: TimingConfig, memory: HostMemory, ran: BlockRan) {
    this.#config = config;
    this.#memory = memory;
    this.#ran = ran;
    this.#predictor = new BranchPredictor(config.host);
    this.#window = new Float64Array(config.host.windowEntries).fill(-1);
    this.#misses = new Float64Array(config.host.missOverlap);
  }

  block(block: TracedBlock): void {
    const prepared = pipelineBlock(block, this.#predictor, this.#config);
    if (block.id < FIRST_PIECE) this.#blocks[block.id] = prepared;
    else this.#pieces[block.id - FIRST_PIECE] = prepared;
  }

  drain(words: Int32Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const id = words[at++]!;
      if (id === TRACE_TRAP) {
        at += 2;
        this.#restart(this.issued + this.#config.host.flush, 'fetch');
        continue;
      }
      const before = this.issued;
      const block = id < FIRST_PIECE ? this.#blocks[id]! : this.#pieces[id - FIRST_PIECE]!;
      const behind = at + block.operandWords;
      const isCut = behind < end && words[behind] === TRACE_CUT;
      this.#run(block, isCut ? words[behind + 1]! : block.instructions.length, words, at);
      if (!isCut && block.ending !== 'none') this.#transfer = block;
      at = behind + (isCut ? 2 : 0);
      this.#ran(id, this.issued - before);
    }
  }

  get writeBack(): Cycles {
    return this.issued;
  }

  holdUntilWriteBack(at: Cycles, cause: 'commandWait' | 'fenceWait'): void {
    const late = at - this.issued;
    if (late <= 0) return;
    this.counts[cause] += late;
    this.issued = at;
    this.#retired = 1;
    this.#window[(this.#next + this.#window.length - 1) % this.#window.length] = at;
    // Nothing enters behind a fence until it is over.
    if (cause === 'fenceWait') this.#restart(at, 'fetch');
  }

  delayResult(at: Cycles): void {
    const target = this.#lastBlock?.instructions.at(-1)?.target ?? 0;
    if (target > 0) this.#ready[target] = at;
  }

  /** Fetch begins anew: nothing enters the window before `at`. */
  #restart(at: Cycles, cause: Cause): void {
    this.#transfer = undefined;
    this.#fetchFrom = Math.max(this.#fetchFrom, at);
    this.#fetchCause = cause;
  }

  #run(block: PipelineBlock, count: number, words: Int32Array, operands: number): void {
    if (this.#transfer !== undefined) this.#predict(this.#transfer, block);
    this.#transfer = undefined;
    this.#lastBlock = block;
    let at = operands;
    for (let k = 0; k < count; k++) {
      this.#fetch(block, k);
      at += this.#issue(block.instructions[k]!, words, at);
    }
  }

  /** What the control transfer of `from` cost, now that its target is known. */
  #predict({ site, ending, instructions, pcs }: PipelineBlock, target: PipelineBlock): void {
    const behind = pcs[instructions.length]!;
    const isTaken = ending !== 'branch' || target.pc !== behind;
    const prediction =
      ending === 'branch'
        ? this.#predictor.branch(site, isTaken, target.pc, true)
        : ending === 'jump' || ending === 'call'
          ? this.#predictor.jump(site, target.pc, true)
          : this.#predictor.jumpRegister(site, target.pc, ending === 'return', true);
    if (ending === 'call' || ending === 'register-call') this.#predictor.call(behind);
    const { mispredict, takenWithoutBtb } = this.#config.host;
    if (prediction === 'wrong') this.#restart(this.#resolved + mispredict, 'fetch');
    else if (prediction === 'late') this.#restart(this.#enters + takenWithoutBtb, 'fetch');
  }

  /** Makes sure of the line of an instruction. */
  #fetch({ pcs, pc, paddr }: PipelineBlock, k: number): void {
    const { lineBytes } = this.#config.cache;
    const vaddr = pcs[k]!;
    const line = Math.floor(vaddr / lineBytes);
    if (line === this.#line) return;
    const entersPage = this.#line < 0 || Math.floor(vaddr / PAGE) !== Math.floor((this.#line * lineBytes) / PAGE);
    this.#line = line;
    const from = Math.max(this.#fetchFrom, this.#enters);
    const walk = entersPage ? this.#memory.translateFetch(from, vaddr) : 0;
    if (walk > 0) this.#restart(from + walk, 'tlbMiss');
    if (!this.#memory.instructions.holds(paddr + vaddr - pc)) {
      const start = Math.max(this.#fetchFrom, from);
      this.#restart(start + this.#memory.missInstruction(start, paddr + vaddr - pc), 'instructionMiss');
    }
  }

  /** @returns words of its operands */
  #issue(one: PipelineInstruction, words: Int32Array, at: number): number {
    const enters = this.#enter();
    const ready = this.#ready;
    const start = Math.max(enters + 1, ready[one.source1]!, ready[one.source2]!, ready[one.source3]!);
    let cause: Cause = start > enters + 1 ? 'interlock' : this.#fetchCause;
    let finish = start + one.latency;
    switch (one.unit) {
      case UNIT.load:
      case UNIT.store:
      case UNIT.atomic: {
        const { walk, miss } = this.#access(one, start, words, at);
        if (walk + miss > 0) cause = miss > 0 ? 'dataMiss' : 'tlbMiss';
        // A store has nothing to wait for: it is buffered.
        finish += one.unit === UNIT.store ? walk : walk + miss;
        break;
      }
      case UNIT.mul:
        finish = start + MULTIPLY;
        break;
      case UNIT.div:
        finish = Math.max(start, this.#divideFree) + one.latencyOf(words, at);
        this.#divideFree = finish;
        break;
      case UNIT['float-divide']:
        finish = Math.max(start, this.#floatDivideFree) + one.latencyOf(words, at);
        this.#floatDivideFree = finish;
        break;
    }
    if (finish > start + 1 && cause !== 'dataMiss' && cause !== 'tlbMiss') cause = 'interlock';
    ready[one.result] = finish;
    this.#resolved = finish;
    this.#retire(finish, cause);
    this.#serialize(one);
    return one.operandWords;
  }

  /** @returns the cycle in which the next instruction enters the window */
  #enter(): Cycles {
    const { issueWidth } = this.#config.host;
    const earliest = Math.max(this.#fetchFrom, this.#window[this.#next]! + 1);
    if (earliest > this.#enters) {
      this.#enters = earliest;
      this.#entered = 0;
    } else if (this.#entered === issueWidth) {
      this.#enters++;
      this.#entered = 0;
      this.#fetchCause = 'fetch';
    }
    this.#entered++;
    return this.#enters;
  }

  #retire(finish: Cycles, cause: Cause): void {
    const { counts } = this;
    counts.instructions++;
    const isFull = this.#retired === this.#config.host.issueWidth;
    const at = Math.max(finish, isFull ? this.issued + 1 : this.issued);
    if (at > this.issued) {
      counts.issueCycles++;
      counts[cause] += at - this.issued - 1;
      this.issued = at;
      this.#retired = 0;
    }
    this.#retired++;
    this.#window[this.#next] = at;
    this.#next = this.#next + 1 === this.#window.length ? 0 : this.#next + 1;
  }

  #access(one: PipelineInstruction, start: Cycles, words: Int32Array, at: number): { walk: Cycles; miss: Cycles } {
    const low = words[at]! & (PAGE - 1);
    const vaddr = (words[at + 1]! & 0xffff) * 2 ** 32 + (words[at]! >>> 0);
    const walk = this.#memory.translateData(start, vaddr, low);
    if (this.#memory.isDevice()) return { walk, miss: this.#config.host.mmio - 1 };
    const penalty = this.#memory.accessData(start + walk, one.unit !== UNIT.load);
    if (penalty === 0) return { walk, miss: 0 };
    // The miss waits for a place.
    const misses = this.#misses;
    let slot = 0;
    for (let k = 1; k < misses.length; k++) if (misses[k]! < misses[slot]!) slot = k;
    const begins = Math.max(start + walk, misses[slot]!);
    misses[slot] = begins + penalty;
    return { walk, miss: begins + penalty - start - walk };
  }

  #serialize({ unit }: PipelineInstruction): void {
    switch (unit) {
      case UNIT['fence.i']:
        this.#memory.instructions.invalidate();
        this.#line = -1;
        this.#restart(this.issued + this.#config.host.flush, 'fetch');
        break;
      case UNIT['sfence.vma']:
        this.#memory.flushTranslations();
        this.#restart(this.issued + this.#config.host.flush, 'fetch');
        break;
      case UNIT.flush:
        this.#restart(this.issued + this.#config.host.flush, 'fetch');
        break;
    }
  }
}
