/**
 * The timing model of a run as a stream of records, so that it can run on another thread while the program goes on. A
 * short run would pay for that thread and have nothing of it: at first, records are kept, and played here when something
 * is asked. A run that proves long is handed over: the other thread begins with the kept records and goes on with what
 * comes through a ring. A program that asks for the time again and again would wait for the other thread each time: its run
 * stays here. The model is deterministic, so it does not matter when the run is handed over, or whether it is.
 */
import type { CounterSource } from '../../accel/counters.ts';
import type { HostObserver } from '../../hart/host-trace.ts';
import type { TimingConfig } from '../config.ts';
import type { HostWords } from '../host/host-memory.ts';
import type { TimingReport } from '../report.ts';
import type { SystemShape } from '../system.ts';
import type { TimingModel } from '../timing-model.ts';
import { RecordPlayer } from './record-player.ts';
import { createRingMemory, RingWriter } from './record-ring.ts';
import { type CounterQuestion, type RecordRoom, RecordWriter } from './records.ts';
import type { StartTimingThread, TimingThread } from './timing-thread.ts';

export class StreamedTiming implements TimingModel {
  readonly observers: readonly HostObserver[];
  readonly #config: TimingConfig;
  readonly #shape: SystemShape;
  readonly #writer: RecordWriter;
  /** The run until it is handed over. */
  #here: TimingHere | undefined;
  /** Answers the questions: here, and later there. */
  #asked: AskedTiming;
  #questions = 0;

  constructor(config: TimingConfig, shape: SystemShape) {
    this.#config = config;
    this.#shape = shape;
    const backlog = new Backlog();
    this.#writer = new RecordWriter(backlog);
    this.#here = new TimingHere(config, shape, backlog);
    this.#asked = this.#here;
    this.observers = Array.from({ length: shape.tiles }, (_, tile) => this.#observer(tile));
  }

  get functionAt(): TimingModel['functionAt'] {
    return this.#writer.functionAt;
  }

  set functionAt(functionAt: TimingModel['functionAt']) {
    this.#writer.functionAt = functionAt;
  }

  /** The run proves long: another thread goes on with it if that makes it shorter. */
  continueLong(start: StartTimingThread): void {
    const here = this.#here!;
    if (this.#questions * WORDS_PER_QUESTION > here.backlog.size) here.stay();
    else this.handOver(start);
  }

  /** From here on another thread times the run. */
  handOver(start: StartTimingThread): void {
    const ring = createRingMemory();
    const backlog = this.#here!.backlog.stretches();
    const thread = start({ config: this.#config, shape: this.#shape, backlog, ring });
    const there = new TimingThere(ring, thread);
    this.#writer.room = there.room;
    this.#asked = there;
    this.#here = undefined;
  }

  counters(tile: number): CounterSource {
    const ask = (question: CounterQuestion, code: number): number => {
      this.#writer.counter(tile, question, code);
      return this.#answer();
    };
    return {
      sample: () => this.#writer.counter(tile, 'sample'),
      resetSums: () => this.#writer.counter(tile, 'resetSums'),
      internal: (code) => ask('internal', code),
      external: (code) => ask('external', code),
    };
  }

  setHostWords(words: HostWords): void {
    this.#writer.hostWords(words);
  }

  endAtHostCommand(): void {
    this.#writer.exit();
  }

  report(): TimingReport {
    this.#writer.report();
    return this.#asked.report();
  }

  #answer(): number {
    this.#questions++;
    return this.#asked.answer();
  }

  #observer(tile: number): HostObserver {
    const writer = this.#writer;
    return {
      block: (block) => writer.block(tile, block),
      drain: (words, start, end) => writer.drain(tile, words, start, end),
      cycle: () => {
        writer.cycle(tile);
        return BigInt(this.#answer());
      },
      custom: (instruction, outcome) => writer.custom(tile, instruction, outcome),
      fence: () => writer.fence(tile),
      addressSpace: (space) => writer.space(tile, space),
      page: (page) => writer.page(tile, page),
    };
  }
}

/** Whoever plays the records: the last one that was written asks something. */
interface AskedTiming {
  answer(): number;
  report(): TimingReport;
}

const CHUNK_WORDS = 1 << 18;
/** Words between two questions below which waiting for answers may cost more than a thread saves. */
const WORDS_PER_QUESTION = 500;

/** Room that keeps all records, for this thread or for another one, until it is told otherwise. */
class Backlog implements RecordRoom {
  /** Called when there is no room left; without it, more is made. */
  whenFull: (() => void) | undefined;
  readonly chunks: { readonly words: Int32Array; used: number }[] = [];
  words: Int32Array = new Int32Array();

  reserve(count: number): number {
    const last = this.chunks.at(-1);
    const at = last?.used ?? 0;
    if (last !== undefined && at + count <= CHUNK_WORDS) {
      last.used += count;
      return at;
    }
    if (last !== undefined && this.whenFull !== undefined) {
      this.whenFull();
      this.chunks.splice(0, this.chunks.length - 1);
      last.used = count;
      return 0;
    }
    this.words = new Int32Array(new SharedArrayBuffer(4 * CHUNK_WORDS));
    this.chunks.push({ words: this.words, used: count });
    return 0;
  }

  /** Words that are kept. */
  get size(): number {
    return this.chunks.reduce((sum, { used }) => sum + used, 0);
  }

  stretches(): Int32Array[] {
    return this.chunks.map(({ words, used }) => words.subarray(0, used));
  }
}

class TimingHere implements AskedTiming {
  readonly backlog: Backlog;
  readonly #config: TimingConfig;
  readonly #shape: SystemShape;
  #player: RecordPlayer | undefined;
  /** How far records have been played. */
  #chunk = 0;
  #at = 0;
  #answer = 0;
  #report: TimingReport | undefined;

  constructor(config: TimingConfig, shape: SystemShape, backlog: Backlog) {
    this.#config = config;
    this.#shape = shape;
    this.backlog = backlog;
  }

  /** Nobody else will time the run: what has been played is not kept. */
  stay(): void {
    this.backlog.whenFull = () => {
      this.#play();
      this.#chunk = 0;
      this.#at = 0;
    };
  }

  answer(): number {
    this.#play();
    return this.#answer;
  }

  report(): TimingReport {
    this.#play();
    return this.#report!;
  }

  #play(): void {
    this.#player ??= new RecordPlayer(this.#config, this.#shape, {
      answer: (value) => void (this.#answer = value),
      report: (report) => void (this.#report = report),
    });
    const { chunks } = this.backlog;
    for (;;) {
      const { words, used } = chunks[this.#chunk]!;
      this.#at = this.#player.play(words, this.#at, used);
      if (this.#chunk === chunks.length - 1) return;
      this.#chunk++;
      this.#at = 0;
    }
  }
}

class TimingThere implements AskedTiming {
  readonly room: RingWriter;
  readonly #thread: TimingThread;

  constructor(ring: SharedArrayBuffer, thread: TimingThread) {
    this.#thread = thread;
    this.room = new RingWriter(ring, () => {
      const message = thread.receive();
      throw message.kind === 'failure' ? message.error : new Error('the timing thread reports, but has failed');
    });
  }

  answer(): number {
    return this.room.ask();
  }

  report(): TimingReport {
    this.room.ask();
    const message = this.#thread.receive();
    if (message.kind === 'failure') throw message.error;
    return message.report;
  }
}
