import type { ConfigWords } from '../../accel/config-words.ts';
import { OperandBuffer } from '../../accel/operands.ts';
import { type DramMatrix, exactAddress, type Primitives } from '../../accel/primitives.ts';
import { decodeCommand, type IsaRevision } from '../../isa/accelerator.ts';
import {
  BIAS_PART,
  EXECUTE_PART,
  INPUT_PART,
  PARTS,
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

/** Place of the DRAM address among a command's words. */
const VADDR = 1;

const PART_OF_STATE = [INPUT_PART, WEIGHTS_PART, BIAS_PART] as const;

/** The commands of one part, packed as the core takes them. */
class CommandList {
  length = 0;
  words = new Float64Array(64 * WORDS);
  readonly configs: Operation[] = [];

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
    flips: number,
  ): void {
    let at = this.length++ * WORDS;
    if (at + WORDS > this.words.length) {
      const grown = new Float64Array(2 * this.words.length);
      grown.set(this.words);
      this.words = grown;
    }
    const words = this.words;
    words[at++] = kind;
    words[at++] = vaddr;
    words[at++] = local;
    words[at++] = rows;
    words[at++] = cols;
    words[at++] = local2;
    words[at++] = rows2;
    words[at++] = cols2;
    words[at++] = state;
    words[at] = flips;
  }

  addConfig(operation: Operation): void {
    this.configs.push(operation);
    this.add(operation.kind, 0, this.configs.length - 1, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Puts the commands `distance` bytes further in DRAM; address 0 is none. */
  copyTo(words: Float64Array, start: number, distance: number): void {
    words.set(this.words.subarray(0, this.length * WORDS), start);
    if (distance === 0) return;
    const end = start + this.length * WORDS;
    for (let at = start + VADDR; at < end; at += WORDS) if (words[at] !== 0) words[at]! += distance;
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
      const start = core.exports.convolutionWords(tile, slot, part, list.length) / Float64Array.BYTES_PER_ELEMENT;
      list.copyTo(core.words, start, distances[part]!);
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
    this.#lists[PART_OF_STATE[state]]!.add(MVIN, vaddr, this.#place(local), rows, cols, 0, 0, 0, state, 0);
    return undefined;
  }

  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number) {
    this.#lists[STORE_PART]!.add(MVOUT, exactAddress(target, row, col), local | 0, rows, cols, 0, 0, 0, 0, 0);
    return undefined;
  }

  beginCommand(): void {}

  endCommand(): undefined {}

  registersChanged(): void {}

  preload(local: number, rows: number, cols: number, outLocal: number, outRows: number, outCols: number): undefined {
    const list = this.#lists[EXECUTE_PART]!;
    list.add(PRELOAD, 0, this.#place(local), rows, cols, outLocal | 0, outRows, outCols, 0, 0);
  }

  compute(a: number, aRows: number, aCols: number, bd: number, bdRows: number, bdCols: number, loadsArray: boolean) {
    const list = this.#lists[EXECUTE_PART]!;
    list.add(COMPUTE, 0, this.#place(a), aRows, aCols, this.#place(bd), bdRows, bdCols, 0, loadsArray ? 1 : 0);
    return undefined;
  }

  /** The core's address word of a local address. */
  #place(local: number): number {
    const word = local | 0;
    return spaceOf(word) === SCRATCHPAD ? word + this.#offset : word;
  }
}
