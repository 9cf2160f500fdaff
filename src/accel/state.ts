import { type AcceleratorConfig, accumulatorRows, type ElementType, elementBytes, scratchpadRows } from './config.ts';
import type { AcceleratorMemory } from './dram.ts';
import { faultStop, type Stop } from './faults.ts';
import { type AcceleratorLayout, layOutAccelerator } from './layout.ts';
import { createNumerics, type Numerics } from './numerics.ts';
import { createRegisters, type Registers } from './registers.ts';

/** Raw elements: integers themselves, floats as their bits. */
export type RawElements = Int8Array | Int16Array | Uint16Array | Int32Array;

const RAW_ELEMENTS = {
  int8: Int8Array,
  int16: Int16Array,
  fp32: Int32Array,
  fp16: Uint16Array,
  bf16: Uint16Array,
} as const satisfies Record<ElementType, unknown>;

/** The whole state of an accelerator: local memories in linear memory, everything else in registers. */
export class AcceleratorState {
  readonly config: AcceleratorConfig;
  readonly memory: AcceleratorMemory;
  readonly layout: AcceleratorLayout;
  readonly numerics: Numerics;
  readonly registers: Registers;
  readonly dim: number;
  readonly elementBytes: 1 | 2 | 4;
  readonly scratchpadRows: number;
  readonly accumulatorRows: number;
  #scratchpad!: RawElements;
  #accumulator!: Int32Array;
  #array!: Int32Array;
  #words!: Int32Array;
  readonly #element: RawElements;

  constructor(config: AcceleratorConfig, memory: AcceleratorMemory, base: number) {
    this.config = config;
    this.memory = memory;
    this.layout = layOutAccelerator(config, base);
    this.numerics = createNumerics(config);
    this.registers = createRegisters(config, this.numerics);
    this.dim = config.dim;
    this.elementBytes = elementBytes(config);
    this.scratchpadRows = scratchpadRows(config);
    this.accumulatorRows = accumulatorRows(config);
    this.#element = new RAW_ELEMENTS[config.elementType](1);
    this.#makeViews();
  }

  /** Scratchpad rows × dim raw elements, row-major. */
  get scratchpad(): RawElements {
    if (this.#scratchpad.length === 0) this.#makeViews();
    return this.#scratchpad;
  }

  /** Accumulator rows × dim raw elements, row-major. */
  get accumulator(): Int32Array {
    if (this.#accumulator.length === 0) this.#makeViews();
    return this.#accumulator;
  }

  /** The whole linear memory as words. */
  get words(): Int32Array {
    if (this.#words.length === 0) this.#makeViews();
    return this.#words;
  }

  /** Brings the array up to date when its contents are elsewhere: the kernels keep weights packed. */
  unpackArray: (array: Int32Array) => void = () => {};

  /** The stationary dim × dim raw accumulator elements of the array. */
  get array(): Int32Array {
    if (this.#array.length === 0) this.#makeViews();
    this.unpackArray(this.#array);
    return this.#array;
  }

  /** Unsigned bits of an element as the raw value that the scratchpad holds. */
  signed(bits: number): number {
    this.#element[0] = bits;
    return this.#element[0]!;
  }

  checkScratchpad(row: number, col: number): Stop | undefined {
    if (row >= this.scratchpadRows || row < 0)
      return faultStop('scratchpad-row-range', `scratchpad row ${row} of ${this.scratchpadRows}`);
    return this.checkColumn(col);
  }

  checkAccumulator(row: number, col: number): Stop | undefined {
    if (row >= this.accumulatorRows || row < 0)
      return faultStop('accumulator-row-range', `accumulator row ${row} of ${this.accumulatorRows}`);
    return this.checkColumn(col);
  }

  checkColumn(col: number): Stop | undefined {
    return col < this.dim ? undefined : faultStop('column-range', `column ${col} of ${this.dim}`);
  }

  /** When linear memory grows, views of its old buffer have no elements left. */
  #makeViews(): void {
    const { buffer } = this.memory.memory;
    const { dim, layout } = this;
    this.#scratchpad = new RAW_ELEMENTS[this.config.elementType](buffer, layout.scratchpad, this.scratchpadRows * dim);
    this.#accumulator = new Int32Array(buffer, layout.accumulator, this.accumulatorRows * dim);
    this.#array = new Int32Array(buffer, layout.array, dim * dim);
    this.#words = new Int32Array(buffer);
  }
}
