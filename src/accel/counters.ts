import { COUNTER_COUNT } from '../isa/accelerator-counters.ts';

/** Where counter values come from: the timing model, or the stand-in below. */
export interface CounterSource {
  /** A counter command executes: values that are read until the next one are those of the cycle in which it takes effect. */
  sample(): void;
  /** The external values that are sums start again. */
  resetSums(): void;
  /** How often, or in how many cycles, an internal event held since the start; grows only. */
  internal(code: number): number;
  /** Present value of an external code. */
  external(code: number): number;
}

/** What the counter command asks for; several at once are possible. */
export interface CounterRequest {
  readonly resets: boolean;
  readonly leavesSnapshot: boolean;
  readonly takesSnapshot: boolean;
  readonly configures: boolean;
  readonly index: number;
  readonly event: number;
  readonly isExternal: boolean;
}

interface Counter {
  event: number;
  isExternal: boolean;
  /** Value of the event when the counter was last cleared. */
  start: number;
  snapshot: number;
}

/** The eight performance counters of the accelerator. @source gemmini-isa §8 */
export class CounterUnit {
  readonly #source: CounterSource;
  readonly #followsRtl: boolean;
  readonly #counters: Counter[];
  #isSnapshot = false;

  /**
   * @param followsRtl return the value before the effects of the same command; let a reset leave snapshot mode and reset
   *   external sums; let a snapshot take all counters for external ones when the addressed one is
   */
  constructor(source: CounterSource, followsRtl: boolean) {
    this.#source = source;
    this.#followsRtl = followsRtl;
    this.#counters = Array.from({ length: COUNTER_COUNT }, () => ({
      event: 0,
      isExternal: false,
      start: 0,
      snapshot: 0,
    }));
  }

  /** @returns the addressed counter, an unsigned 32-bit number */
  execute(request: CounterRequest): number {
    this.#source.sample();
    const before = this.#read(request.index);
    if (request.resets) this.#reset();
    if (request.takesSnapshot) this.#takeSnapshot(request.index);
    if (request.leavesSnapshot && !(request.takesSnapshot && !this.#followsRtl)) this.#isSnapshot = false;
    if (request.configures) {
      const counter = this.#counters[request.index]!;
      counter.event = request.event;
      counter.isExternal = request.isExternal;
      this.#clear(counter);
    }
    return (this.#followsRtl ? before : this.#read(request.index)) >>> 0;
  }

  #reset(): void {
    for (const counter of this.#counters) this.#clear(counter);
    if (!this.#followsRtl) return;
    this.#source.resetSums();
    this.#isSnapshot = false;
  }

  #takeSnapshot(index: number): void {
    const { isExternal } = this.#counters[index]!;
    this.#isSnapshot = true;
    for (const counter of this.#counters)
      counter.snapshot = this.#live(this.#followsRtl ? { ...counter, isExternal } : counter);
  }

  #clear(counter: Counter): void {
    counter.start = this.#source.internal(counter.event);
  }

  #live = ({ event, isExternal, start }: Counter): number =>
    isExternal ? this.#source.external(event) : this.#source.internal(event) - start;

  #read(index: number): number {
    const counter = this.#counters[index]!;
    return this.#isSnapshot ? counter.snapshot : this.#live(counter);
  }
}

/** Added to every counter per command, and what external codes read, without a timing model. */
const EVENTS_PER_COMMAND = 64;
const EXTERNAL_VALUE = 8;

/**
 * Counts without a clock, so that programs which only check that counters count find what they expect: every command
 * of a busy accelerator is worth a constant. The accelerator is busy from its first command to the next flush or reset.
 * @source gemmini-isa §8.3
 */
export class CommandCounterSource implements CounterSource {
  #events = 0;
  #isBusy = false;

  /** Before each command, counter commands included. */
  commandStarts(): void {
    if (this.#isBusy) this.#events += EVENTS_PER_COMMAND;
  }

  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
  }

  sample(): void {}
  resetSums(): void {}
  internal = (): number => this.#events;
  external = (): number => EXTERNAL_VALUE;
}
