import type { AcceleratorConfig } from '../../accel/config.ts';
import type { ConfigWords } from '../../accel/config-words.ts';
import type { ConvolutionToggles, LoopConvFlags } from '../../accel/conv-geometry.ts';
import { expandLoopConv } from '../../accel/loop-conv.ts';
import type { LoopConvRegisters } from '../../accel/loop-conv-registers.ts';
import { OperandBuffer } from '../../accel/operands.ts';
import { type DramMatrix, exactAddress, type Primitives } from '../../accel/primitives.ts';
import { decodeCommand, type IsaRevision } from '../../isa/accelerator.ts';
import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER } from '../cycles.ts';
import type { OperationDecoder } from './decode-operation.ts';
import type { Geometry } from './geometry.ts';
import { EmissionLimits, LOOP_SLOTS, type LoopUnroller } from './loop-unroller.ts';
import {
  EXECUTE,
  FROM_CONVOLUTION,
  LOAD,
  Operation,
  type OperationClass,
  SCRATCHPAD,
  STORE,
  spaceOf,
} from './operation.ts';

/** The five parts of a loop, in the order of their priority. */
const PARTS = ['store', 'execute', 'loadBias', 'loadWeights', 'loadInput'] as const;
type PartName = (typeof PARTS)[number];
const LOADS = ['loadBias', 'loadWeights', 'loadInput'] as const;
const CLASS_OF_PART = {
  store: STORE,
  execute: EXECUTE,
  loadBias: LOAD,
  loadWeights: LOAD,
  loadInput: LOAD,
} as const satisfies Record<PartName, OperationClass>;

/** Stages between a part and the command path. */
const PIPELINE = 2;

type Streams = Record<PartName, Operation[]>;
const noStreams = (): Streams => ({ store: [], execute: [], loadBias: [], loadWeights: [], loadInput: [] });

interface Loop {
  readonly slot: number;
  isConfigured: boolean;
  freeFrom: Cycles;
  streams: Streams;
  readonly started: Record<PartName, boolean>;
  readonly completed: Record<PartName, boolean>;
}

class Part {
  loop: Loop | undefined;
  isIdle = true;
  idleFrom: Cycles = 0;
  startedAt: Cycles = 0;
  next = 0;
  /** When the operation at the end of the part's pipeline can leave. */
  availableFrom: Cycles = NEVER;

  start(loop: Loop, at: Cycles): void {
    this.loop = loop;
    this.isIdle = false;
    this.startedAt = at;
    this.next = 0;
    this.availableFrom = NEVER;
  }
}

/**
 * The unroller of loop_conv_ws: the commands are those of the functional expansion, the order and the moments are those
 * of the RTL's five state machines over two loops.
 * @source gemmini-timing §3.2
 */
export class LoopConv implements LoopUnroller {
  readonly #config: AcceleratorConfig;
  readonly #geometry: Geometry;
  readonly #limits: EmissionLimits;
  readonly #decoder: OperationDecoder;
  readonly #loops: readonly Loop[];
  readonly #toggles: ConvolutionToggles = { biasRow: 0, outputRow: 0 };
  #head = 0;
  readonly #parts: Readonly<Record<PartName, Part>> = {
    store: new Part(),
    execute: new Part(),
    loadBias: new Part(),
    loadWeights: new Part(),
    loadInput: new Part(),
  };
  #offered: PartName | undefined;

  constructor(config: TimingConfig, accelerator: AcceleratorConfig, geometry: Geometry, decoder: OperationDecoder) {
    this.#config = accelerator;
    this.#geometry = geometry;
    this.#decoder = decoder;
    this.#limits = new EmissionLimits(config);
    const none = () => ({ store: false, execute: false, loadBias: false, loadWeights: false, loadInput: false });
    this.#loops = Array.from({ length: LOOP_SLOTS }, (_, slot) => ({
      slot,
      isConfigured: false,
      freeFrom: 0,
      streams: noStreams(),
      started: none(),
      completed: none(),
    }));
  }

  isActive(now: Cycles): boolean {
    return this.#loops.some(({ isConfigured, freeFrom }) => isConfigured || freeFrom > now);
  }

  hasFreeSlot(now: Cycles): boolean {
    return this.#loops.some(({ isConfigured, freeFrom }) => !isConfigured && freeFrom <= now);
  }

  configure(registers: LoopConvRegisters, flags: LoopConvFlags): void {
    const head = this.#loops[this.#head]!;
    const loop = head.isConfigured ? this.#loops[1 - this.#head]! : head;
    loop.isConfigured = true;
    for (const part of PARTS) {
      loop.started[part] = false;
      loop.completed[part] = false;
    }
    const offset = flags.spadIdA === 0 ? (loop.slot * this.#geometry.scratchpadRows) / LOOP_SLOTS : 0;
    const streams = new PartStreams(this.#decoder, this.#config.isaRevision, offset);
    expandLoopConv(this.#config, registers, flags, this.#toggles, streams);
    loop.streams = streams.streams;
  }

  retired(cls: OperationClass): void {
    this.#limits.retired(cls);
  }

  peek(now: Cycles): Operation | undefined {
    this.#offered = undefined;
    for (const name of PARTS) {
      const part = this.#parts[name];
      if (part.isIdle || part.availableFrom > now || !this.#limits.allows(CLASS_OF_PART[name])) continue;
      const operation = part.loop!.streams[name][part.next];
      if (operation === undefined) continue;
      this.#offered = name;
      return operation;
    }
    return undefined;
  }

  take(now: Cycles): void {
    const name = this.#offered!;
    const part = this.#parts[name];
    this.#limits.emitted(CLASS_OF_PART[name]);
    part.next++;
    part.availableFrom = now + 1;
    if (part.next < part.loop!.streams[name].length) return;
    part.isIdle = true;
    part.idleFrom = now + 1;
  }

  advance(now: Cycles): boolean {
    let changed = this.#openGates(now);
    changed = this.#retire(now) || changed;
    changed = this.#markCompleted(now) || changed;
    for (const name of PARTS) changed = this.#startPart(name, now) || changed;
    return changed;
  }

  /** A part begins to make commands once what it waits for has happened. */
  #openGates(now: Cycles): boolean {
    let changed = false;
    for (const name of PARTS) {
      const part = this.#parts[name];
      if (part.isIdle) continue;
      if (part.availableFrom !== NEVER) {
        changed ||= part.availableFrom > now;
        continue;
      }
      if (now <= part.startedAt) changed = true;
      else if (part.loop!.streams[name].length === 0) {
        part.isIdle = true;
        part.idleFrom = now + 1;
        changed = true;
      } else if (this.#isOpen(name, part.loop!, now)) {
        part.availableFrom = now + PIPELINE;
        changed = true;
      }
    }
    return changed;
  }

  #isOpen(name: PartName, loop: Loop, now: Cycles): boolean {
    const isDone = (one: PartName): boolean => {
      const part = this.#parts[one];
      return part.loop !== loop || (part.isIdle && part.idleFrom <= now);
    };
    if (name === 'store') return isDone('execute');
    if (name === 'execute') return LOADS.every(isDone);
    return !this.#isHeldByLoopBefore(loop);
  }

  /** Loads of a loop wait while the execute part of the other loop waits for its own loads. */
  #isHeldByLoopBefore(loop: Loop): boolean {
    const before = this.#parts.execute.loop;
    if (before === undefined || before === loop) return false;
    return before.started.execute && !before.completed.execute && !LOADS.every((name) => before.completed[name]);
  }

  #startPart(name: PartName, now: Cycles): boolean {
    const part = this.#parts[name];
    if (!part.isIdle) return false;
    if (part.idleFrom > now) return true;
    const head = this.#loops[this.#head]!;
    const loop = head.started[name] ? this.#loops[1 - this.#head]! : head;
    const { started } = loop;
    if (!loop.isConfigured || started[name]) return false;
    if (name === 'execute' && !LOADS.every((load) => started[load])) return false;
    if (name === 'store' && !started.execute) return false;
    part.start(loop, now);
    started[name] = true;
    return true;
  }

  #markCompleted(now: Cycles): boolean {
    let changed = false;
    for (const name of PARTS) {
      const { loop, isIdle, idleFrom } = this.#parts[name];
      if (loop === undefined || !isIdle || !loop.isConfigured || !loop.started[name] || loop.completed[name]) continue;
      changed = true;
      if (idleFrom <= now) loop.completed[name] = true;
    }
    return changed;
  }

  #retire(now: Cycles): boolean {
    const head = this.#loops[this.#head]!;
    if (!head.isConfigured || !PARTS.every((name) => head.completed[name])) return false;
    head.isConfigured = false;
    head.freeFrom = now + 1;
    this.#head = 1 - this.#head;
    return true;
  }
}

/** Collects the functional expansion, part by part. */
class PartStreams implements Primitives {
  readonly storeScaleBits = 0;
  readonly streams = noStreams();
  readonly #decoder: OperationDecoder;
  readonly #revision: IsaRevision;
  /** First scratchpad row of the loop's half. */
  readonly #offset: number;
  readonly #words = new OperandBuffer();

  constructor(decoder: OperationDecoder, revision: IsaRevision, offset: number) {
    this.#decoder = decoder;
    this.#revision = revision;
    this.#offset = offset;
  }

  config({ rs1, rs2 }: ConfigWords): undefined {
    this.#words.set(rs1, rs2);
    const { words } = this.#words;
    const operation = this.#decoder.decode(decodeCommand(this.#revision, 0, words[0]!)!.name, words)!;
    const part = { [LOAD]: LOAD_PARTS[operation.state]!, [EXECUTE]: 'execute', [STORE]: 'store' } as const;
    this.#add(part[operation.class], operation);
  }

  moveIn(state: 0 | 1 | 2, source: DramMatrix, row: number, col: number, local: number, rows: number, cols: number) {
    const operation = new Operation('mvin');
    operation.state = state;
    operation.vaddr = exactAddress(source, row, col);
    operation.local = this.#place(local);
    operation.rows = rows;
    operation.cols = cols;
    this.#add(LOAD_PARTS[state]!, operation);
    return undefined;
  }

  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number) {
    const operation = new Operation('mvout');
    operation.vaddr = exactAddress(target, row, col);
    operation.local = local;
    operation.rows = rows;
    operation.cols = cols;
    this.#add('store', operation);
    return undefined;
  }

  beginCommand(): void {}

  endCommand(): undefined {}

  registersChanged(): void {}

  preload(local: number, rows: number, cols: number, outLocal: number, outRows: number, outCols: number): undefined {
    const operation = new Operation('preload');
    setOperands(operation, this.#place(local), rows, cols, outLocal, outRows, outCols);
    this.#add('execute', operation);
  }

  compute(a: number, aRows: number, aCols: number, bd: number, bdRows: number, bdCols: number, loadsArray: boolean) {
    const operation = new Operation('compute');
    setOperands(operation, this.#place(a), aRows, aCols, this.#place(bd), bdRows, bdCols);
    operation.flips = loadsArray;
    this.#add('execute', operation);
    return undefined;
  }

  #place(local: number): number {
    return spaceOf(local) === SCRATCHPAD ? local + this.#offset : local;
  }

  #add(part: PartName, operation: Operation): void {
    operation.origin = FROM_CONVOLUTION;
    this.streams[part].push(operation);
  }
}

const LOAD_PARTS = ['loadInput', 'loadWeights', 'loadBias'] as const;

function setOperands(
  operation: Operation,
  local: number,
  rows: number,
  cols: number,
  local2: number,
  rows2: number,
  cols2: number,
): void {
  Object.assign(operation, { local, rows, cols, local2, rows2, cols2 });
}
