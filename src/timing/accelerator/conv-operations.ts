import type { ConfigWords } from '../../accel/config-words.ts';
import { OperandBuffer } from '../../accel/operands.ts';
import { type DramMatrix, exactAddress, type Primitives } from '../../accel/primitives.ts';
import { decodeCommand, type IsaRevision } from '../../isa/accelerator.ts';
import {
  BIAS_PART,
  EXECUTE_PART,
  FLIPS_BIT,
  INPUT_PART,
  KIND,
  LOCAL,
  LOCAL2,
  PARTS,
  SIZE,
  SIZE2,
  STATE_BIT,
  STORE_PART,
  WEIGHTS_PART,
  WORDS,
} from '../core/accelerator/conv-commands.ts';
import {
  COMPUTE,
  CONFIG_EXECUTE,
  CONFIG_LOAD,
  MVIN,
  MVOUT,
  PRELOAD,
  SCRATCHPAD,
  spaceOf,
} from '../core/accelerator/operation.ts';
import type { TimingCore } from '../timing-core.ts';
import type { OperationDecoder } from './decode-operation.ts';

type Operation = NonNullable<ReturnType<OperationDecoder['decode']>>;

/** Commands that a list has room for at first. */
const FEW = 64;

const PART_OF_STATE = [INPUT_PART, WEIGHTS_PART, BIAS_PART] as const;

/** Rows and columns in one word. */
const sizeOf = (rows: number, cols: number): number => rows | (cols << 16);

/** The commands of one part, packed as the core takes them. */
class CommandList {
  length = 0;
  readonly configs: Operation[] = [];
  #words = new Int32Array(FEW * WORDS);
  #vaddrs = new Float64Array(FEW);
  #hasAddresses = false;

  /** @param kind the kind's word */
  add(kind: number, vaddr: number, local: number, size: number, local2: number, size2: number): void {
    const index = this.length++;
    if (index === this.#vaddrs.length) this.#grow();
    const words = this.#words;
    const start = index * WORDS;
    words[start + KIND] = kind;
    words[start + LOCAL] = local;
    words[start + SIZE] = size;
    words[start + LOCAL2] = local2;
    words[start + SIZE2] = size2;
    this.#vaddrs[index] = vaddr;
    if (vaddr !== 0) this.#hasAddresses = true;
  }

  addConfig(operation: Operation): void {
    this.configs.push(operation);
    this.add(operation.kind, 0, this.configs.length - 1, 0, 0, 0);
  }

  /** Writes all commands, `distance` bytes further in DRAM; address 0 is none. */
  copyTo(words: Int32Array, vaddrs: Float64Array, distance: number): void {
    words.set(this.#words.subarray(0, this.length * WORDS));
    if (!this.#hasAddresses) {
      vaddrs.fill(0, 0, this.length);
      return;
    }
    for (let index = 0; index < this.length; index++) {
      const vaddr = this.#vaddrs[index]!;
      vaddrs[index] = vaddr === 0 ? 0 : vaddr + distance;
    }
  }

  #grow(): void {
    const words = new Int32Array(2 * this.#words.length);
    const vaddrs = new Float64Array(2 * this.#vaddrs.length);
    words.set(this.#words);
    vaddrs.set(this.#vaddrs);
    this.#words = words;
    this.#vaddrs = vaddrs;
  }
}

/** Collects the functional expansion of a loop_conv_ws, part by part, and hands it to the core. */
export class ConvOperations implements Primitives {
  readonly storeScaleBits = 0;
  readonly #lists: readonly CommandList[] = Array.from({ length: PARTS }, () => new CommandList());
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

  /**
   * Fills the lists of one of a tile's two loops.
   * @param distances by part: bytes from the matrix that was expanded to the one that is meant
   */
  handOver(core: TimingCore, tile: number, slot: number, distances: readonly number[]): void {
    for (const [part, list] of this.#lists.entries()) {
      const { words, vaddrs } = core.convolutionList(tile, slot, part, list.length);
      list.copyTo(words, vaddrs, distances[part]!);
      for (const config of list.configs) {
        core.write(config);
        core.exports.addToConvolution(tile, slot, part);
      }
    }
  }

  config({ rs1, rs2 }: ConfigWords): undefined {
    this.#words.set(rs1, rs2);
    const { words } = this.#words;
    const operation = this.#decoder.decode(decodeCommand(this.#revision, 0, words[0]!)!.name, words)!;
    const part =
      operation.kind === CONFIG_LOAD
        ? PART_OF_STATE[operation.state!]!
        : operation.kind === CONFIG_EXECUTE
          ? EXECUTE_PART
          : STORE_PART;
    this.#lists[part]!.addConfig(operation);
  }

  moveIn(state: 0 | 1 | 2, source: DramMatrix, row: number, col: number, local: number, rows: number, cols: number) {
    const vaddr = exactAddress(source, row, col);
    this.#lists[PART_OF_STATE[state]]!.add(
      MVIN | (state << STATE_BIT),
      vaddr,
      this.#place(local),
      sizeOf(rows, cols),
      0,
      0,
    );
    return undefined;
  }

  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number) {
    this.#lists[STORE_PART]!.add(MVOUT, exactAddress(target, row, col), local | 0, sizeOf(rows, cols), 0, 0);
    return undefined;
  }

  beginCommand(): void {}

  endCommand(): undefined {}

  registersChanged(): void {}

  preload(local: number, rows: number, cols: number, outLocal: number, outRows: number, outCols: number): undefined {
    const list = this.#lists[EXECUTE_PART]!;
    list.add(PRELOAD, 0, this.#place(local), sizeOf(rows, cols), outLocal | 0, sizeOf(outRows, outCols));
  }

  compute(a: number, aRows: number, aCols: number, bd: number, bdRows: number, bdCols: number, loadsArray: boolean) {
    const list = this.#lists[EXECUTE_PART]!;
    const kind = COMPUTE | (loadsArray ? 1 << FLIPS_BIT : 0);
    list.add(kind, 0, this.#place(a), sizeOf(aRows, aCols), this.#place(bd), sizeOf(bdRows, bdCols));
    return undefined;
  }

  /** The core's address word of a local address. */
  #place(local: number): number {
    const word = local | 0;
    return spaceOf(word) === SCRATCHPAD ? word + this.#offset : word;
  }
}
