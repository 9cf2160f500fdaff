/**
 * A functional run on record: everything that the timing model was told, so that other timing parameters can be tried
 * without executing the program again. A recording is a line that names its version, one that describes the machine, and
 * the records (see records.ts) as 32-bit little-endian words.
 *
 * What a program did because of the time it read stays as it was recorded: a guest that loops until a cycle count, or whose
 * interrupts come by the timer, replays the path of the recording. Pages of virtual memory are where its hart found them.
 */
import type { CounterSource } from '../../accel/counters.ts';
import type { HostObserver } from '../../hart/host-trace.ts';
import { type Diagnostic, errorAt } from '../../support/diagnostics.ts';
import { fail, type Result, succeed } from '../../support/result.ts';
import type { TimingConfig } from '../config.ts';
import type { HostWords } from '../host/host-memory.ts';
import type { TimingReport } from '../report.ts';
import type { SystemShape, SystemTiming } from '../system.ts';
import type { TimingModel } from '../timing-model.ts';
import { RecordPlayer } from './record-player.ts';
import { type CounterQuestion, lengthOf, opcodeOf, RECORD, type RecordRoom, RecordWriter, tileOf } from './records.ts';

/** What can go wrong with a recording: code → what it means. `docs/errors.md` lists this table. */
export const RECORDING_ERRORS = {
  REC001: 'A file that is no recording, one of another version, or a damaged one.',
  REC002: 'A value that the recorded program depends on, other than it was recorded with.',
} as const;

const NAME = 'pollux recording ';
const VERSION = '4';
const MAGIC = `${NAME}${VERSION}\n`;
const OPCODES: ReadonlySet<number> = new Set(Object.values(RECORD));
const CHUNK_WORDS = 1 << 18;

/** Writes a recording in chunks, so that its length costs no memory, of what it passes on to a timing model. */
export class Recorder implements TimingModel {
  readonly observers: readonly HostObserver[];
  readonly #model: TimingModel;
  readonly #chunks: RecordChunks;
  readonly #writer: RecordWriter;

  constructor(machine: SystemShape, model: TimingModel, write: (chunk: Uint8Array) => void) {
    const header = new TextEncoder().encode(`${MAGIC}${JSON.stringify(machine)}\n`);
    write(header);
    this.#model = model;
    this.#chunks = new RecordChunks(write);
    this.#writer = new RecordWriter(this.#chunks);
    this.observers = model.observers.map((observer, tile) => this.#observe(tile, observer));
  }

  get functionAt(): TimingModel['functionAt'] {
    return this.#model.functionAt;
  }

  set functionAt(functionAt: TimingModel['functionAt']) {
    this.#model.functionAt = functionAt;
    this.#writer.functionAt = functionAt;
  }

  counters(tile: number): CounterSource {
    const source = this.#model.counters(tile);
    const note = (question: CounterQuestion, code?: number): void => this.#writer.counter(tile, question, code);
    return {
      sample: () => {
        note('sample');
        source.sample();
      },
      resetSums: () => {
        note('resetSums');
        source.resetSums();
      },
      internal: (code) => {
        note('internal', code);
        return source.internal(code);
      },
      external: (code) => {
        note('external', code);
        return source.external(code);
      },
    };
  }

  setHostWords(words: HostWords): void {
    this.#writer.hostWords(words);
    this.#model.setHostWords(words);
  }

  endAtHostCommand(): void {
    this.#writer.exit();
    this.#model.endAtHostCommand();
  }

  report(): TimingReport {
    return this.#model.report();
  }

  /** The run is over; nothing may follow. */
  finish(): void {
    this.#writer.end();
    this.#chunks.flush();
  }

  #observe(tile: number, model: HostObserver): HostObserver {
    const writer = this.#writer;
    return {
      block: (block) => {
        writer.block(tile, block);
        model.block(block);
      },
      drain: (words, start, end) => {
        writer.drain(tile, words, start, end);
        model.drain(words, start, end);
      },
      cycle: () => {
        writer.cycle(tile);
        return model.cycle();
      },
      custom: (instruction, outcome) => {
        writer.custom(tile, instruction, outcome);
        model.custom(instruction, outcome);
      },
      fence: () => {
        writer.fence(tile);
        model.fence();
      },
      addressSpace: (space) => {
        writer.space(tile, space);
        model.addressSpace?.(space);
      },
      page: (page) => {
        writer.page(tile, page);
        model.page?.(page);
      },
    };
  }
}

/** Room for records that leave in chunks. */
class RecordChunks implements RecordRoom {
  words = new Int32Array(CHUNK_WORDS);
  #used = 0;
  readonly #write: (chunk: Uint8Array) => void;

  constructor(write: (chunk: Uint8Array) => void) {
    this.#write = write;
  }

  reserve(count: number): number {
    if (this.#used + count > CHUNK_WORDS) this.flush();
    const at = this.#used;
    this.#used += count;
    return at;
  }

  flush(): void {
    this.#write(new Uint8Array(this.words.buffer, 0, 4 * this.#used));
    this.words = new Int32Array(CHUNK_WORDS);
    this.#used = 0;
  }
}

export interface Recording {
  readonly machine: SystemShape;
  /** Words of the records. */
  readonly words: Int32Array;
}

/** Does it begin as recordings of any version do? */
export const isRecording = (bytes: Uint8Array): boolean =>
  new TextDecoder().decode(bytes.subarray(0, NAME.length)) === NAME;

/** What its first line says behind the name. */
function versionOf(recording: Uint8Array): string {
  const [line] = new TextDecoder().decode(recording.subarray(NAME.length, NAME.length + 20)).split('\n');
  return line!;
}

/** Reads a whole recording; a damaged one gives one error. */
export function readRecording(bytes: Uint8Array, name: string): Result<Recording, Diagnostic> {
  const bad = (what: string) =>
    fail(errorAt('REC001', undefined, `${name} is no recording that can be read: ${what}`, 'record it anew'));
  const lineEnd = bytes.indexOf(0x0a, MAGIC.length);
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC || lineEnd < 0)
    return bad(
      isRecording(bytes)
        ? `its version is ${versionOf(bytes)}, and this Pollux reads ${VERSION}`
        : 'it begins otherwise',
    );
  let machine: SystemShape;
  try {
    machine = JSON.parse(new TextDecoder().decode(bytes.subarray(MAGIC.length, lineEnd))) as SystemShape;
  } catch {
    return bad('the description of its machine is damaged');
  }
  // A copy, so that words are aligned.
  const body = new Uint8Array(bytes.subarray(lineEnd + 1));
  const words = new Int32Array(body.buffer, 0, body.length >> 2);
  for (let at = 0; at < words.length; at += 1 + lengthOf(words[at]!)) {
    const opcode = opcodeOf(words[at]!);
    if (opcode === RECORD.end) return succeed({ machine, words: words.subarray(0, at) });
    if (!OPCODES.has(opcode) || tileOf(words[at]!) >= machine.tiles)
      return bad(`there is no record at byte ${lineEnd + 1 + 4 * at}`);
  }
  return bad('its end is missing');
}

/** Runs the timing model over a recording. @returns the model as it is after the last record */
export function retime({ machine, words }: Recording, config: TimingConfig): SystemTiming {
  const player = new RecordPlayer(config, machine, { answer: () => {}, report: () => {} });
  player.play(words, 0, words.length);
  player.system.settle();
  return player.system;
}
