import { type AcceleratorConfig, scratchpadRows } from '../../accel/config.ts';
import type { ConvolutionToggles, LoopConvFlags } from '../../accel/conv-geometry.ts';
import { expandLoopConv } from '../../accel/loop-conv.ts';
import type { LoopConvRegisters } from '../../accel/loop-conv-registers.ts';
import { BIAS_PART, INPUT_PART, STORE_PART, WEIGHTS_PART } from '../core/accelerator/conv-commands.ts';
import { LOOP_SLOTS } from '../core/accelerator/loop-unroller.ts';
import type { TimingCore } from '../timing-core.ts';
import { ConvOperations } from './conv-operations.ts';
import type { OperationDecoder } from './decode-operation.ts';

/** Expansions that are kept: the tiles of a layer have a few shapes that come again and again. */
const KEPT = 32;
/** Addresses below are exact as numbers, whatever is added to them within a matrix. */
const EXACT = 2 ** 51;

/** A convolution on its way through the command path. */
interface Convolution {
  readonly registers: LoopConvRegisters;
  readonly flags: LoopConvFlags;
}

interface Expansion {
  readonly operations: ConvOperations;
  readonly bases: readonly number[];
  readonly togglesAfter: ConvolutionToggles;
}

/**
 * The convolutions of a tile: what the functional expansion says that their commands are. Tiles that differ in nothing but
 * their addresses share one expansion.
 */
export class Convolutions {
  readonly #config: AcceleratorConfig;
  readonly #decoder: OperationDecoder;
  /** By the number of their run. */
  readonly #waiting = new Map<number, Convolution>();
  #runs = 0;
  #toggles: ConvolutionToggles = { biasRow: 0, outputRow: 0 };
  /** Least recently used first. */
  readonly #kept = new Map<string, Expansion>();

  constructor(config: AcceleratorConfig, decoder: OperationDecoder) {
    this.#config = config;
    this.#decoder = decoder;
  }

  /** A convolution was sent. @returns the number of its run */
  add(registers: LoopConvRegisters, flags: LoopConvFlags): number {
    this.#waiting.set(++this.#runs, { registers: { ...registers }, flags });
    return this.#runs;
  }

  /** Fills the lists of a slot of the core with the commands of a convolution, which is through then. */
  expand(run: number, core: TimingCore, tile: number, slot: number): void {
    const convolution = this.#waiting.get(run)!;
    this.#waiting.delete(run);
    const bases = basesOf(convolution.registers);
    const expansion = this.#expansionOf(convolution, slot, bases);
    this.#toggles = { ...expansion.togglesAfter };
    expansion.operations.handOver(
      core,
      tile,
      slot,
      bases.map((base, part) => base - expansion.bases[part]!),
    );
  }

  #expansionOf({ registers, flags }: Convolution, slot: number, bases: readonly number[]): Expansion {
    const offset = flags.spadIdA === 0 ? (slot * scratchpadRows(this.#config)) / LOOP_SLOTS : 0;
    const key = keyOf(registers, flags, this.#toggles, offset);
    let expansion = this.#kept.get(key);
    this.#kept.delete(key);
    if (expansion === undefined) {
      const operations = new ConvOperations(this.#decoder, this.#config.isaRevision, offset);
      const togglesAfter = { ...this.#toggles };
      expandLoopConv(this.#config, registers, flags, togglesAfter, operations);
      expansion = { operations, bases, togglesAfter };
    }
    if (bases.every((base) => base < EXACT)) this.#kept.set(key, expansion);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return expansion;
  }
}

/** Everything that an expansion depends on, but for where the matrices lie. */
function keyOf(
  registers: LoopConvRegisters,
  flags: LoopConvFlags,
  toggles: ConvolutionToggles,
  offset: number,
): string {
  const { weights, output, bias, input, ...sizes } = registers;
  const isThere = [weights, output, bias, input].map((address) => address !== 0n);
  return [sizes, flags, toggles, isThere].map((values) => Object.values(values).join()).join(';') + offset;
}

/** Byte addresses of what the parts move. */
function basesOf({ weights, output, bias, input }: LoopConvRegisters): readonly number[] {
  const bases = [0, 0, 0, 0, 0];
  bases[STORE_PART] = Number(output);
  bases[BIAS_PART] = Number(bias);
  bases[WEIGHTS_PART] = Number(weights);
  bases[INPUT_PART] = Number(input);
  return bases;
}
