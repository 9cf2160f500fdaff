/** Tells the timing model what records say (see records.ts). */
import type { CounterSource } from '../../accel/counters.ts';
import type { CoprocessorOutcome, CustomInstruction } from '../../hart/coprocessor.ts';
import { decodeInstruction } from '../../hart/decoder.ts';
import type { TracedBlock, TracedInstruction, TracedPage } from '../../hart/host-trace.ts';
import type { TimingConfig } from '../config.ts';
import type { TimingReport } from '../report.ts';
import { type SystemShape, SystemTiming } from '../system.ts';
import { COUNTER_QUESTION, CUSTOM, lengthOf, opcodeOf, RECORD, tileOf } from './records.ts';

/** Takes the answers to what the records ask. */
export interface Asker {
  answer(value: number): void;
  report(report: TimingReport): void;
}

const DONE: CoprocessorOutcome = { kind: 'done', result: 0n };
const TRAPPED: CoprocessorOutcome = { kind: 'trap', cause: 0, tval: 0n };

const long = new BigUint64Array(1);
const halves = new Int32Array(long.buffer);

function join(words: Int32Array, at: number): bigint {
  halves[0] = words[at]!;
  halves[1] = words[at + 1]!;
  return long[0]!;
}

export class RecordPlayer {
  readonly system: SystemTiming;
  readonly #asker: Asker;
  readonly #counters: readonly CounterSource[];
  /** By the address of the block. */
  readonly #names = new Map<bigint, string>();
  #name = '';
  /** Decoded instructions, by word. */
  readonly #instructions = new Map<number, TracedInstruction>();

  constructor(config: TimingConfig, shape: SystemShape, asker: Asker) {
    this.system = new SystemTiming(config, shape);
    this.system.functionAt = (addr) => this.#names.get(addr);
    this.#counters = this.system.tiles.map((_, tile) => this.system.counters(tile));
    this.#asker = asker;
  }

  /** Plays the records that begin in [start, end). @returns where the one behind them begins */
  play(words: Int32Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const next = at + 1 + lengthOf(words[at]!);
      this.#play(words, at, next);
      at = next;
    }
    return at;
  }

  #play(words: Int32Array, start: number, end: number): void {
    const tile = tileOf(words[start]!);
    const observer = this.system.observers[tile]!;
    const at = start + 1;
    switch (opcodeOf(words[start]!)) {
      case RECORD.block:
        observer.block(this.#block(words, at, end));
        return;
      case RECORD.drain:
        observer.drain(words, at, end);
        return;
      case RECORD.custom:
        observer.custom(customOf(words, at), (words[at]! & CUSTOM.isDone) !== 0 ? DONE : TRAPPED);
        return;
      case RECORD.fence:
        observer.fence();
        return;
      case RECORD.space:
        observer.addressSpace!({
          satp: join(words, at),
          privilege: words[at + 2]!,
          dataPrivilege: words[at + 3]!,
        });
        return;
      case RECORD.page:
        observer.page!(pageOf(words, at, end));
        return;
      case RECORD.hostWords:
        this.system.setHostWords({ tohost: Number(join(words, at)), fromhost: Number(join(words, at + 2)) });
        return;
      case RECORD.cycle:
        this.#asker.answer(Number(observer.cycle()));
        return;
      case RECORD.counter:
        this.#counter(this.#counters[tile]!, words[at]!, words[at + 1]!);
        return;
      case RECORD.report:
        this.#asker.report(this.system.report());
        return;
      case RECORD.name: {
        const bytes = new Uint8Array(words.slice(at + 1, end).buffer, 0, words[at]!);
        this.#name = new TextDecoder().decode(bytes);
        return;
      }
      case RECORD.exit:
        this.system.endAtHostCommand();
    }
  }

  #block(words: Int32Array, at: number, end: number): TracedBlock {
    const pc = join(words, at + 1);
    if (this.#name !== '') this.#names.set(pc, this.#name);
    const instructions: TracedInstruction[] = [];
    for (let k = at + 5; k < end; k++) instructions.push(this.#instruction(words[k]! >>> 0));
    return { id: words[at]!, pc, paddr: Number(join(words, at + 3)), instructions };
  }

  #instruction(word: number): TracedInstruction {
    const known = this.#instructions.get(word);
    if (known !== undefined) return known;
    const { name, length, rd, rs1, rs2, rs3, imm } = decodeInstruction(word)!;
    const instruction = { name, length, word, rd, rs1, rs2, rs3, imm };
    this.#instructions.set(word, instruction);
    return instruction;
  }

  #counter(counters: CounterSource, question: number, code: number): void {
    switch (question) {
      case COUNTER_QUESTION.sample:
        counters.sample();
        return;
      case COUNTER_QUESTION.resetSums:
        counters.resetSums();
        return;
      case COUNTER_QUESTION.internal:
        this.#asker.answer(counters.internal(code));
        return;
      case COUNTER_QUESTION.external:
        this.#asker.answer(counters.external(code));
    }
  }
}

function customOf(words: Int32Array, at: number): CustomInstruction {
  const flags = words[at]!;
  return {
    custom: flags & 0xff,
    funct7: (flags >> CUSTOM.funct7Shift) & 0xff,
    xd: (flags & CUSTOM.xd) !== 0,
    rs1: join(words, at + 1),
    rs2: join(words, at + 3),
    pc: join(words, at + 5),
  };
}

function pageOf(words: Int32Array, at: number, end: number): TracedPage {
  const entries: number[] = [];
  for (let k = at + 6; k < end; k += 2) entries.push(Number(join(words, k)));
  return {
    satp: join(words, at),
    vpn: words[at + 2]!,
    pages: words[at + 3]!,
    paddr: Number(join(words, at + 4)),
    entries,
  };
}
