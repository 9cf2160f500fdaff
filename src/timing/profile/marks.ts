/**
 * Marks in a program: `slti x0, x0, N` computes nothing on any hart, and begins region N (1 … 2047) of a report, or with
 * N = 0 the rest of the program again. Marks may stand in the middle of a traced block, so blocks with marks are timed in
 * pieces, each of which ends with a mark.
 */
import {
  observedWords,
  TRACE_CUT,
  TRACE_TRAP,
  type TracedBlock,
  type TracedInstruction,
} from '../../hart/host-trace.ts';

/** Ids of pieces; the hart numbers its blocks from 0. */
export const FIRST_PIECE = 2 ** 24;

interface Piece {
  readonly block: TracedBlock;
  readonly words: number;
  /** The region that begins behind it. */
  readonly mark: number | undefined;
}

const markOf = ({ name, rd, rs1, imm }: TracedInstruction): number | undefined =>
  name === 'slti' && rd === 0 && rs1 === 0 && imm >= 0 ? imm : undefined;

const wordsOf = (instructions: readonly TracedInstruction[]): number =>
  instructions.reduce((sum, { name }) => sum + observedWords(name), 0);

export interface MarkPorts {
  readonly block: (block: TracedBlock) => void;
  readonly drain: (words: Int32Array, start: number, end: number) => void;
  /** A region begins. */
  readonly mark: (region: number) => void;
}

/** Splits the host trace at marks. Without marks it passes through. */
export class MarkSplitter {
  readonly #ports: MarkPorts;
  readonly #words: number[] = [];
  readonly #pieces = new Map<number, readonly Piece[]>();
  /** Blocks of the pieces, by id - FIRST_PIECE. */
  readonly #owners: number[] = [];

  constructor(ports: MarkPorts) {
    this.#ports = ports;
  }

  /** The block that an id, perhaps of a piece, belongs to. */
  owner(id: number): number {
    return id < FIRST_PIECE ? id : this.#owners[id - FIRST_PIECE]!;
  }

  block(block: TracedBlock): void {
    const { id, instructions } = block;
    this.#words[id] = wordsOf(instructions);
    this.#ports.block(block);
    if (instructions.some((one) => markOf(one) !== undefined)) this.#pieces.set(id, this.#split(block));
  }

  drain(words: Int32Array, start: number, end: number): void {
    const { drain } = this.#ports;
    if (this.#pieces.size === 0) {
      drain(words, start, end);
      return;
    }
    let from = start;
    for (let at = start; at < end; ) {
      const id = words[at]!;
      if (id === TRACE_TRAP) {
        at += 3;
        continue;
      }
      const behind = at + 1 + this.#words[id]!;
      const isCut = behind < end && words[behind] === TRACE_CUT;
      const next = behind + (isCut ? 2 : 0);
      const pieces = this.#pieces.get(id);
      if (pieces !== undefined) {
        drain(words, from, at);
        this.#run(pieces, words.subarray(at + 1, behind), isCut ? words[behind + 1]! : Number.POSITIVE_INFINITY);
        from = next;
      }
      at = next;
    }
    drain(words, from, end);
  }

  #split({ id, pc, paddr, instructions }: TracedBlock): readonly Piece[] {
    const pieces: Piece[] = [];
    let first = 0;
    let offset = 0;
    let bytes = 0;
    for (const [k, one] of instructions.entries()) {
      bytes += one.length;
      const mark = markOf(one);
      if (mark === undefined && k < instructions.length - 1) continue;
      const part = instructions.slice(first, k + 1);
      const block = {
        id: FIRST_PIECE + this.#owners.length,
        pc: pc + BigInt(offset),
        paddr: paddr + offset,
        instructions: part,
      };
      this.#owners.push(id);
      this.#ports.block(block);
      pieces.push({ block, words: wordsOf(part), mark });
      first = k + 1;
      offset = bytes;
    }
    return pieces;
  }

  /** @param count instructions that retired */
  #run(pieces: readonly Piece[], operands: Int32Array, count: number): void {
    let left = count;
    let at = 0;
    for (const { block, words, mark } of pieces) {
      const isCut = left < block.instructions.length;
      if (left <= 0) return;
      const record = [block.id, ...operands.subarray(at, at + words), ...(isCut ? [TRACE_CUT, left] : [])];
      this.#ports.drain(Int32Array.from(record), 0, record.length);
      if (mark !== undefined && !isCut) this.#ports.mark(mark);
      left -= block.instructions.length;
      at += words;
    }
  }
}
