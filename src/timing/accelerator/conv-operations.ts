import type { ConfigWords } from '../../accel/config-words.ts';
import { OperandBuffer } from '../../accel/operands.ts';
import { type DramMatrix, exactAddress, type Primitives } from '../../accel/primitives.ts';
import { decodeCommand, type IsaRevision } from '../../isa/accelerator.ts';
import type { OperationDecoder } from './decode-operation.ts';
import {
  EXECUTE,
  FROM_CONVOLUTION,
  LOAD,
  type Operation,
  type OperationPool,
  SCRATCHPAD,
  spaceOf,
} from './operation.ts';

/** The five parts of a loop, in the order of their priority. */
export const STORE_PART = 0;
export const EXECUTE_PART = 1;
export const BIAS_PART = 2;
export const WEIGHTS_PART = 3;
export const INPUT_PART = 4;
export const PARTS = [STORE_PART, EXECUTE_PART, BIAS_PART, WEIGHTS_PART, INPUT_PART] as const;

const PART_OF_STATE = [INPUT_PART, WEIGHTS_PART, BIAS_PART] as const;

/** What is kept of a command: enough to make its operation when it is emitted. */
const KINDS = ['mvin', 'mvout', 'preload', 'compute', 'config'] as const;
const MVIN = 0;
const MVOUT = 1;
const PRELOAD = 2;
const COMPUTE = 3;
const CONFIG = 4;
const WORDS = 10;

/** The commands of one part, packed: a loop has thousands that wait for their turn. */
class CommandList {
  length = 0;
  #words = new Float64Array(64 * WORDS);
  readonly #configs: Operation[] = [];

  clear(): void {
    this.length = 0;
    this.#configs.length = 0;
  }

  add(
    kind: number,
    vaddr: number,
    local: number,
    rows: number,
    cols: number,
    local2: number,
    rows2: number,
    cols2: number,
    state: number,
    flips: boolean,
  ): void {
    let at = this.length++ * WORDS;
    if (at + WORDS > this.#words.length) {
      const grown = new Float64Array(2 * this.#words.length);
      grown.set(this.#words);
      this.#words = grown;
    }
    const words = this.#words;
    words[at++] = kind;
    words[at++] = vaddr;
    words[at++] = local;
    words[at++] = rows;
    words[at++] = cols;
    words[at++] = local2;
    words[at++] = rows2;
    words[at++] = cols2;
    words[at++] = state;
    words[at] = flips ? 1 : 0;
  }

  addConfig(operation: Operation): void {
    this.#configs.push(operation);
    this.add(CONFIG, 0, this.#configs.length - 1, 0, 0, 0, 0, 0, 0, false);
  }

  at(index: number, pool: OperationPool): Operation {
    const words = this.#words;
    let at = index * WORDS;
    const kind = KINDS[words[at++]!]!;
    if (kind === 'config') return this.#configs[words[at + 1]!]!;
    const operation = pool.take(kind);
    operation.origin = FROM_CONVOLUTION;
    operation.vaddr = words[at++]!;
    operation.local = words[at++]!;
    operation.rows = words[at++]!;
    operation.cols = words[at++]!;
    operation.local2 = words[at++]!;
    operation.rows2 = words[at++]!;
    operation.cols2 = words[at++]!;
    operation.state = words[at++]!;
    operation.flips = words[at] !== 0;
    return operation;
  }
}

/** Collects the functional expansion of a loop_conv_ws, part by part. */
export class ConvOperations implements Primitives {
  readonly storeScaleBits = 0;
  readonly lists: readonly CommandList[] = PARTS.map(() => new CommandList());
  readonly #decoder: OperationDecoder;
  readonly #revision: IsaRevision;
  /** First scratchpad row of the loop's half. */
  #offset = 0;
  readonly #words = new OperandBuffer();

  constructor(decoder: OperationDecoder, revision: IsaRevision) {
    this.#decoder = decoder;
    this.#revision = revision;
  }

  /** Forgets the loop before. */
  restart(offset: number): void {
    this.#offset = offset;
    for (const list of this.lists) list.clear();
  }

  config({ rs1, rs2 }: ConfigWords): undefined {
    this.#words.set(rs1, rs2);
    const { words } = this.#words;
    const operation = this.#decoder.decode(decodeCommand(this.#revision, 0, words[0]!)!.name, words)!;
    operation.origin = FROM_CONVOLUTION;
    const part =
      operation.class === LOAD
        ? PART_OF_STATE[operation.state]!
        : operation.class === EXECUTE
          ? EXECUTE_PART
          : STORE_PART;
    this.lists[part]!.addConfig(operation);
  }

  moveIn(state: 0 | 1 | 2, source: DramMatrix, row: number, col: number, local: number, rows: number, cols: number) {
    const vaddr = exactAddress(source, row, col);
    this.lists[PART_OF_STATE[state]]!.add(MVIN, vaddr, this.#place(local), rows, cols, 0, 0, 0, state, false);
    return undefined;
  }

  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number) {
    this.lists[STORE_PART]!.add(MVOUT, exactAddress(target, row, col), local, rows, cols, 0, 0, 0, 0, false);
    return undefined;
  }

  beginCommand(): void {}

  endCommand(): undefined {}

  registersChanged(): void {}

  preload(local: number, rows: number, cols: number, outLocal: number, outRows: number, outCols: number): undefined {
    const list = this.lists[EXECUTE_PART]!;
    list.add(PRELOAD, 0, this.#place(local), rows, cols, outLocal, outRows, outCols, 0, false);
  }

  compute(a: number, aRows: number, aCols: number, bd: number, bdRows: number, bdCols: number, loadsArray: boolean) {
    const list = this.lists[EXECUTE_PART]!;
    list.add(COMPUTE, 0, this.#place(a), aRows, aCols, this.#place(bd), bdRows, bdCols, 0, loadsArray);
    return undefined;
  }

  #place(local: number): number {
    return spaceOf(local) === SCRATCHPAD ? local + this.#offset : local;
  }
}
