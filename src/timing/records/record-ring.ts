/**
 * Records on their way from one thread to another: a ring of words in shared memory, with one writer and one reader.
 * Positions count words from the start of the run, in 32 bits that wrap; a record does not cross the end of the ring.
 * Who has nothing to do looks for a moment whether that changes, and then sleeps until the other one wakes it.
 */
import type { RecordPlayer } from './record-player.ts';
import { headerOf, RECORD, type RecordRoom } from './records.ts';

/** A quarter of it holds the longest record, a full trace buffer. */
const RING_WORDS = 1 << 18;
/** Words after which the other thread hears of them, or of their room. */
const BATCH = 1 << 10;
/** Looks at a value before a thread sleeps: some microseconds. */
const LOOKS = 2000;

/** Places in the control words. */
const WRITTEN = 0;
const READ = 1;
const ANSWERS = 2;
const FAILED = 3;
/** Changes with everything that the reader says. */
const SIGNAL = 4;
const CONTROL_WORDS = 16;

/** Views of the shared memory. */
class Ring {
  readonly control: Int32Array;
  readonly answer: Float64Array;
  readonly words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, CONTROL_WORDS);
    this.answer = new Float64Array(memory, 4 * CONTROL_WORDS, 1);
    this.words = new Int32Array(memory, 4 * CONTROL_WORDS + 8, RING_WORDS);
  }
}

export const createRingMemory = (): SharedArrayBuffer => new SharedArrayBuffer(4 * CONTROL_WORDS + 8 + 4 * RING_WORDS);

/** Waits while the control word has this value. */
function waitWhile(control: Int32Array, place: number, value: number): void {
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, place) !== value) return;
  Atomics.wait(control, place, value);
}

/** The writer's side. */
export class RingWriter implements RecordRoom {
  readonly words: Int32Array;
  readonly #ring: Ring;
  /** Called when the reader has failed. */
  readonly #failed: () => never;
  #next = 0;
  #published = 0;
  #read = 0;
  #answers = 0;

  constructor(memory: SharedArrayBuffer, failed: () => never) {
    this.#ring = new Ring(memory);
    this.words = this.#ring.words;
    this.#failed = failed;
  }

  reserve(count: number): number {
    const at = this.#next & (RING_WORDS - 1);
    const left = RING_WORDS - at;
    if (count <= left) return this.#take(count);
    this.words[this.#take(left)] = headerOf(RECORD.skip, 0, left - 1);
    return this.#take(count);
  }

  /** All that was written is complete, and asks something at its end. @returns the answer */
  ask(): number {
    this.#publish();
    this.#answers = (this.#answers + 1) | 0;
    this.#waitUntil(() => Atomics.load(this.#ring.control, ANSWERS) === this.#answers);
    return this.#ring.answer[0]!;
  }

  #take(count: number): number {
    if (((this.#next - this.#published) | 0) >= BATCH) this.#publish();
    if (!this.#hasRoom(count)) {
      this.#publish();
      this.#waitUntil(() => {
        this.#read = Atomics.load(this.#ring.control, READ);
        return this.#hasRoom(count);
      });
    }
    const at = this.#next & (RING_WORDS - 1);
    this.#next = (this.#next + count) | 0;
    return at;
  }

  #hasRoom(count: number): boolean {
    return ((this.#next + count - this.#read) | 0) <= RING_WORDS;
  }

  #publish(): void {
    this.#published = this.#next;
    Atomics.store(this.#ring.control, WRITTEN, this.#next);
    Atomics.notify(this.#ring.control, WRITTEN);
  }

  #waitUntil(isSo: () => boolean): void {
    const { control } = this.#ring;
    for (;;) {
      const signal = Atomics.load(control, SIGNAL);
      if (Atomics.load(control, FAILED) !== 0) this.#failed();
      if (isSo()) return;
      waitWhile(control, SIGNAL, signal);
    }
  }
}

/** The reader's side. */
export class RingReader {
  readonly #ring: Ring;

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new Ring(memory);
  }

  answer(value: number): void {
    this.#ring.answer[0] = value;
    Atomics.add(this.#ring.control, ANSWERS, 1);
    this.#signal();
  }

  /** Nothing will be read any more. */
  fail(): void {
    Atomics.store(this.#ring.control, FAILED, 1);
    this.#signal();
  }

  /** Plays what is written, for ever. */
  run(player: RecordPlayer): never {
    const { control, words } = this.#ring;
    for (let read = 0; ; ) {
      waitWhile(control, WRITTEN, read);
      const at = read & (RING_WORDS - 1);
      const count = Math.min((Atomics.load(control, WRITTEN) - read) | 0, RING_WORDS - at, BATCH);
      read = (read + player.play(words, at, at + count) - at) | 0;
      Atomics.store(control, READ, read);
      this.#signal();
    }
  }

  #signal(): void {
    Atomics.add(this.#ring.control, SIGNAL, 1);
    Atomics.notify(this.#ring.control, SIGNAL);
  }
}
