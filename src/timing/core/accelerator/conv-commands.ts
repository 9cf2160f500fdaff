import { type bool, i32 } from '../portable.ts';
import {
  CONFIG_EXECUTE,
  CONFIG_LOAD,
  CONFIG_STORE,
  FROM_CONVOLUTION,
  type Operation,
  type OperationKind,
  type OperationPool,
} from './operation.ts';

/** The five parts of a loop, in the order of their priority. */
export const STORE_PART: i32 = 0;
export const EXECUTE_PART: i32 = 1;
export const BIAS_PART: i32 = 2;
export const WEIGHTS_PART: i32 = 3;
export const INPUT_PART: i32 = 4;
export const PARTS: i32 = 5;

/**
 * What is kept of a command, enough to make its operation when it is emitted: kind, vaddr, local, rows, cols, local2,
 * rows2, cols2, state, flips. Of a configuration: kind, then its index at the place of `local`.
 */
export const WORDS: i32 = 10;
const LOCAL: i32 = 2;
/** Commands that a list has room for at first. */
const FEW: i32 = 64;

/** The commands of one part, packed: a loop has thousands that wait for their turn. */
export class CommandList {
  length: i32 = 0;
  words: Float64Array = new Float64Array(FEW * WORDS);
  private readonly configs: Operation[] = [];

  clear(): void {
    this.length = 0;
    this.configs.length = 0;
  }

  /** The list has so many commands; whoever wants it writes all their words. */
  reserve(count: i32): void {
    this.length = count;
    let size = this.words.length;
    if (count * WORDS <= size) return;
    while (count * WORDS > size) size *= 2;
    this.words = new Float64Array(size);
  }

  /** The next configuration. */
  addConfig(operation: Operation): void {
    this.configs.push(operation);
  }

  at(index: i32, pool: OperationPool): Operation {
    const words = this.words;
    let at = index * WORDS;
    const kind = i32(words[at]!);
    if (isConfiguration(kind)) return this.configs[i32(words[at + LOCAL]!)]!;
    const operation = pool.take(kind);
    operation.origin = FROM_CONVOLUTION;
    operation.vaddr = words[++at]!;
    operation.local = i32(words[++at]!);
    operation.rows = i32(words[++at]!);
    operation.cols = i32(words[++at]!);
    operation.local2 = i32(words[++at]!);
    operation.rows2 = i32(words[++at]!);
    operation.cols2 = i32(words[++at]!);
    operation.state = i32(words[++at]!);
    operation.flips = words[++at] !== 0;
    return operation;
  }
}

function isConfiguration(kind: OperationKind): bool {
  return kind === CONFIG_LOAD || kind === CONFIG_EXECUTE || kind === CONFIG_STORE;
}
