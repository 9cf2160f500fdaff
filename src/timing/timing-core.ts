import type { AcceleratorConfig } from '../accel/config.ts';
import { geometryOf } from './accelerator/geometry.ts';
import { MEMORY_MODELS, type TimingConfig } from './config.ts';
import { WORDS } from './core/accelerator/conv-commands.ts';
import { OperandLevel } from './core/accelerator/operand-activity.ts';
import {
  AcceleratorTlbCounts,
  ExecuteCounts,
  L2Counts,
  LinkCounts,
  LoadCounts,
  MemoryCounts,
  PathCounts,
  StoreCounts,
  WriterCounts,
} from './core/counts.ts';
import type { Cycles } from './core/cycles.ts';
import { Message } from './core/message.ts';
import { Settings } from './core/settings.ts';
import { timingCoreBytes } from './core-bytes.ts';
import type { Leaf } from './translation/page-walker.ts';

/** A host's data cache, as the L2 knows it. */
export interface CoherentClient {
  /**
   * The L2 takes the line at `paddr` away, or its exclusiveness.
   * @returns what was there: NOT_HELD, HELD_CLEAN or HELD_DIRTY
   */
  probe(paddr: number, takeAway: boolean): number;
}

/** What the core asks of the rest of an accelerator. */
export interface AcceleratorClient {
  /** The leaf that translates a DMA address, with the physical address of that byte. */
  translate(vaddr: number): Leaf | undefined;
  /** @returns when the accelerator can use the translation that was missed at `at` */
  walk(at: Cycles, vaddr: number): Cycles;
  /** Fills the lists of a slot with the commands of a convolution that was sent before. */
  expandConvolution(run: number, slot: number): void;
}

type CoreExports = typeof import('./core/core.ts') & { readonly memory: WebAssembly.Memory };

const PAGE = 4096;
const WORD = 8;
const INTEGER = 4;

const OPERANDS: readonly string[] = ['a', 'b', 'd'];

let compiled: WebAssembly.Module | undefined;

/**
 * The part of the timing model that runs in WebAssembly: accelerators, L2 and memory. Its sources are `core/`; what it
 * counts is read straight from its memory.
 */
export class TimingCore {
  readonly exports: CoreExports;
  readonly l2: Readonly<L2Counts>;
  readonly memory: Readonly<MemoryCounts>;
  readonly #caches: CoherentClient[] = [];
  readonly #accelerators: AcceleratorClient[] = [];
  #words: Float64Array;
  readonly #messageAt: number;

  constructor(config: TimingConfig, accelerator: AcceleratorConfig, tiles: number) {
    this.exports = this.#instantiate();
    this.#words = new Float64Array(this.exports.memory.buffer);
    this.#messageAt = this.exports.messageAt() / WORD;
    this.#set(config, accelerator);
    this.exports.build(tiles);
    this.l2 = this.#counts(new L2Counts(), this.exports.l2Counts());
    this.memory = this.#counts(new MemoryCounts(), this.exports.memoryCounts());
  }

  connect(tile: number, cache: CoherentClient, accelerator: AcceleratorClient): void {
    this.#caches[tile] = cache;
    this.#accelerators[tile] = accelerator;
  }

  /** Puts a command into the core's message. */
  write(message: Readonly<Partial<Message>>): void {
    const words = this.words;
    const start = this.#messageAt;
    words.fill(0, start, start + MESSAGE_FIELDS.size);
    for (const field in message) words[start + MESSAGE_FIELDS.get(field)!] = Number(message[field as MessageField]);
  }

  /** The core's memory, which moves when it grows. */
  get words(): Float64Array {
    const { buffer } = this.exports.memory;
    if (this.#words.buffer !== buffer) this.#words = new Float64Array(buffer);
    return this.#words;
  }

  /** Where the core takes the `count` commands of a part of a convolution from, until its memory grows. */
  convolutionList(tile: number, slot: number, part: number, count: number) {
    const { exports } = this;
    const words = exports.convolutionWords(tile, slot, part, count);
    const vaddrs = exports.convolutionAddresses(tile, slot, part);
    const { buffer } = exports.memory;
    return { words: new Int32Array(buffer, words, count * WORDS), vaddrs: new Float64Array(buffer, vaddrs, count) };
  }

  /** What the accelerator of a tile counts. */
  countsOf(tile: number) {
    const { exports } = this;
    return {
      path: this.#counts(new PathCounts(), exports.pathCounts(tile)),
      load: this.#counts(new LoadCounts(), exports.loadCounts(tile)),
      store: this.#counts(new StoreCounts(), exports.storeCounts(tile)),
      writer: this.#counts(new WriterCounts(), exports.writerCounts(tile)),
      execute: this.#counts(new ExecuteCounts(), exports.executeCounts(tile)),
      link: this.#counts(new LinkCounts(), exports.linkCounts(tile)),
      tlb: this.#counts(new AcceleratorTlbCounts(), exports.tlbCounts(tile)),
    };
  }

  /** What the execute controller's signals have shown of an operand of the array before `at`. */
  operandOf(tile: number, at: Cycles, operand: 'a' | 'b' | 'd'): Readonly<OperandLevel> {
    return this.#counts(new OperandLevel(), this.exports.operandAt(tile, at, OPERANDS.indexOf(operand)));
  }

  /** An object with the fields of `shape` that reads them at `address`. */
  #counts<T extends object>(shape: T, address: number): Readonly<T> {
    const view = Object.create(null) as T;
    for (const [index, field] of Object.keys(shape).entries())
      Object.defineProperty(view, field, { enumerable: true, get: () => this.words[address / WORD + index]! });
    return view;
  }

  #instantiate(): CoreExports {
    compiled ??= new WebAssembly.Module(timingCoreBytes());
    const text = (address: number): string => {
      const { buffer } = this.exports.memory;
      const [bytes] = new Uint32Array(buffer, address - INTEGER, 1);
      return String.fromCharCode(...new Uint16Array(buffer, address, bytes! / 2));
    };
    const { exports } = new WebAssembly.Instance(compiled, {
      env: {
        abort: (message: number) => {
          throw new Error(`timing core: ${message === 0 ? 'a check failed' : text(message)}`);
        },
      },
      'host-calls': {
        probe: (client: number, paddr: number, takeAway: number) => this.#caches[client]!.probe(paddr, takeAway !== 0),
        translate: (tile: number, vaddr: number) =>
          this.#accelerators[tile]!.translate(vaddr - (vaddr % PAGE))?.paddr ?? -1,
        pagesOf: (tile: number, vaddr: number) => this.#accelerators[tile]!.translate(vaddr)!.pages,
        walk: (tile: number, at: Cycles, vaddr: number) => this.#accelerators[tile]!.walk(at, vaddr),
        expandConvolution: (tile: number, run: number, slot: number) =>
          this.#accelerators[tile]!.expandConvolution(run, slot),
      },
    });
    return exports as unknown as CoreExports;
  }

  #set(config: TimingConfig, accelerator: AcceleratorConfig): void {
    const { cache, bus, memory } = config;
    const values: SettingsValues = {
      cache,
      bus,
      memory: { ...memory, model: MEMORY_MODELS.indexOf(memory.model) },
      ddr: memory.ddr,
      accelerator: config.accelerator,
      geometry: geometryOf(accelerator, config),
    };
    const integers = new Int32Array(this.exports.memory.buffer);
    for (const [group, [name, shape]] of Object.entries(new Settings()).entries()) {
      const start = this.exports.settingsAt(group) / INTEGER;
      const given = values[name as keyof Settings] as Readonly<Record<string, number | boolean>>;
      for (const [index, field] of Object.keys(shape).entries()) integers[start + index] = Number(given[field]);
    }
  }
}

/** A value for every field of every group: a name that the configuration does not have is a type error. */
type SettingsValues = {
  readonly [Group in keyof Settings]: { readonly [Field in keyof Settings[Group]]: number | boolean };
};

type MessageField = keyof { [K in keyof Message as Message[K] extends number ? K : never]: true };
const MESSAGE_FIELDS: ReadonlyMap<string, number> = new Map(
  Object.keys(new Message()).map((field, index) => [field, index]),
);
