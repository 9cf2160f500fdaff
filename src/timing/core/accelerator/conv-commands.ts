import type { bool, i32 } from '../portable.ts';
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
 * What is kept of a command, enough to make its operation when it is emitted: so many words, and its DRAM address apart.
 * The numbers say where in the words something is; pairs are in the low and the high half of a word.
 */
export const WORDS: i32 = 5;
/** Kind of the operation, its load state, and whether it flips, from the bit on that is given. */
export const KIND: i32 = 0;
export const STATE_BIT: i32 = 8;
export const FLIPS_BIT: i32 = 16;
/** Local address; of a configuration: its index. */
export const LOCAL: i32 = 1;
/** Rows and columns. */
export const SIZE: i32 = 2;
/** The same of the second operand. */
export const LOCAL2: i32 = 3;
export const SIZE2: i32 = 4;

const BYTE: i32 = 0xff;
const HALF: i32 = 0xffff;
const HALF_BITS: i32 = 16;
/** Commands that a list has room for at first. */
const FEW: i32 = 64;

/** The commands of one part, packed: a loop has thousands that wait for their turn. */
export class CommandList {
  length: i32 = 0;
  words: Int32Array = new Int32Array(FEW * WORDS);
  /** DRAM addresses. */
  vaddrs: Float64Array = new Float64Array(FEW);
  private readonly configs: Operation[] = [];

  clear(): void {
    this.length = 0;
    this.configs.length = 0;
  }

  /** The list has so many commands; whoever wants it writes all their words and addresses. */
  reserve(count: i32): void {
    this.length = count;
    let size = this.vaddrs.length;
    if (count <= size) return;
    while (count > size) size *= 2;
    this.words = new Int32Array(size * WORDS);
    this.vaddrs = new Float64Array(size);
  }

  /** The next configuration. */
  addConfig(operation: Operation): void {
    this.configs.push(operation);
  }

  at(index: i32, pool: OperationPool): Operation {
    const words = this.words;
    const start = index * WORDS;
    const first = words[start + KIND]!;
    const kind = first & BYTE;
    const local = words[start + LOCAL]!;
    if (isConfiguration(kind)) return this.configs[local]!;
    const operation = pool.take(kind);
    const size = words[start + SIZE]!;
    const size2 = words[start + SIZE2]!;
    operation.origin = FROM_CONVOLUTION;
    operation.vaddr = this.vaddrs[index]!;
    operation.local = local;
    operation.rows = size & HALF;
    operation.cols = size >>> HALF_BITS;
    operation.local2 = words[start + LOCAL2]!;
    operation.rows2 = size2 & HALF;
    operation.cols2 = size2 >>> HALF_BITS;
    operation.state = (first >> STATE_BIT) & BYTE;
    operation.flips = first >> FLIPS_BIT !== 0;
    return operation;
  }
}

function isConfiguration(kind: OperationKind): bool {
  return kind === CONFIG_LOAD || kind === CONFIG_EXECUTE || kind === CONFIG_STORE;
}
