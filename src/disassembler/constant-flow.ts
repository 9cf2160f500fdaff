/**
 * What is known about registers where control arrives: constant propagation over the control flow.
 *
 * Code is cut at leaders: symbols, targets of branches and jumps, and what follows a jump. A leader knows what all its
 * predecessors agree on; knowing less in one place never means knowing more in another, so that the search for a fixed point ends.
 * Nothing is known at symbols and targets of calls (others may call them), at leaders that no direct jump reaches, and at any leader of a
 * function with an indirect jump, since that may be its target. A target of a jump table that code also falls into, and
 * nothing else jumps to, is no leader: it is taken for straight code.
 */
import { type ElfFile, type ElfSection, SECTION_FLAGS } from '../elf/format.ts';
import { type DecodedInstruction, decode, instructionLength } from '../isa/decode.ts';
import { integerRegisterByName } from '../isa/registers.ts';
import { agreement, type KnownBits, UNKNOWN } from './known-bits.ts';
import type { KnownRegisters, RegisterConstants } from './register-constants.ts';

/** Address of a leader → what is known there. @param constants a state to work with */
export function constantFlow(file: ElfFile, constants: RegisterConstants): ReadonlyMap<bigint, KnownRegisters> {
  const arrivals = new Map<bigint, KnownRegisters>();
  const symbols = file.symbols.map(({ value }) => value);
  for (const section of file.sections) {
    if ((section.flags & SECTION_FLAGS.exec) === 0) continue;
    const flow = new SectionFlow(section, symbols, constants);
    for (const [offset, known] of flow.solve()) arrivals.set(section.addr + BigInt(offset), known);
  }
  return arrivals;
}

const RETURN_ADDRESS = integerRegisterByName.get('ra')!;
/** Instructions after which control does not go on. */
const ENDINGS: readonly string[] = ['mret', 'sret', 'jalr', 'jal'];

const isEnding = ({ instruction: { name }, fields }: DecodedInstruction): boolean =>
  ENDINGS.includes(name) && (fields.rd ?? 0) === 0;

const isCall = ({ instruction: { name }, fields }: DecodedInstruction): boolean => name === 'jal' && fields.rd !== 0;

/** A jump to anywhere, not a return. */
const isIndirect = ({ instruction: { name }, fields }: DecodedInstruction): boolean =>
  name === 'jalr' && fields.rd === 0 && fields.rs1 !== RETURN_ADDRESS;

class SectionFlow {
  readonly #section: ElfSection;
  readonly #view: DataView;
  readonly #constants: RegisterConstants;
  readonly #decoded = new Map<number, DecodedInstruction | undefined>();
  readonly #leaders = new Set<number>();
  /** Leaders where nothing is known. */
  readonly #open = new Set<number>();
  readonly #arrivals = new Map<number, Map<number, KnownBits>>();
  readonly #queue = new Set<number>();

  constructor(section: ElfSection, symbols: readonly bigint[], constants: RegisterConstants) {
    this.#section = section;
    this.#constants = constants;
    const { bytes, addr } = section;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const value of symbols)
      if (value >= addr && value < addr + BigInt(bytes.length)) this.#open.add(Number(value - addr));
    this.#findLeaders();
  }

  /** Offset of every leader → what is known there. */
  solve(): ReadonlyMap<number, KnownRegisters> {
    for (const offset of this.#open) this.#reach(offset, new Map());
    this.#drain();
    for (const offset of [...this.#leaders].sort((a, b) => a - b)) {
      if (this.#arrivals.has(offset)) continue;
      this.#open.add(offset);
      this.#reach(offset, new Map());
      this.#drain();
    }
    return this.#arrivals;
  }

  #findLeaders(): void {
    const functions = [...this.#open].sort((a, b) => a - b);
    /** Functions with an indirect jump, by their index; -1 before the first symbol. */
    const indirect = new Set<number>();
    let current = -1;
    for (let offset = 0; offset < this.#section.bytes.length; ) {
      while (current + 1 < functions.length && functions[current + 1]! <= offset) current++;
      const length = this.#lengthAt(offset);
      const found = this.#at(offset);
      if (found !== undefined) {
        const target = targetOf(found, offset);
        if (target !== undefined && target >= 0 && target < this.#section.bytes.length) {
          this.#leaders.add(target);
          if (isCall(found)) this.#open.add(target);
        }
        if (isEnding(found)) this.#leaders.add(offset + length);
        if (isIndirect(found)) indirect.add(current);
      }
      offset += length;
    }
    for (const offset of this.#open) this.#leaders.add(offset);
    for (const offset of this.#leaders) if (indirect.has(lastUpTo(functions, offset))) this.#open.add(offset);
  }

  #drain(): void {
    for (const offset of this.#queue) {
      this.#queue.delete(offset);
      this.#execute(offset);
    }
  }

  /** Runs the straight code from a leader to the next. */
  #execute(leader: number): void {
    this.#constants.assume(this.#arrivals.get(leader)!);
    const { bytes, addr } = this.#section;
    for (let offset = leader; offset < bytes.length; ) {
      const found = this.#at(offset);
      this.#constants.step(found, addr + BigInt(offset));
      const target = found && targetOf(found, offset);
      if (target !== undefined) this.#reach(target, this.#constants.known());
      if (found !== undefined && isEnding(found)) return;
      offset += this.#lengthAt(offset);
      if (!this.#leaders.has(offset)) continue;
      this.#reach(offset, this.#constants.known());
      return;
    }
  }

  /** Control arrives at a leader with this known. */
  #reach(offset: number, known: Map<number, KnownBits>): void {
    if (!this.#leaders.has(offset)) return;
    const before = this.#arrivals.get(offset);
    if (before === undefined) {
      this.#arrivals.set(offset, this.#open.has(offset) ? new Map() : known);
      this.#queue.add(offset);
      return;
    }
    for (const [register, value] of before) {
      const both = agreement(value, known.get(register) ?? UNKNOWN);
      if (both.mask === value.mask) continue;
      if (both.mask === 0n) before.delete(register);
      else before.set(register, both);
      this.#queue.add(offset);
    }
  }

  #lengthAt(offset: number): number {
    return offset + 2 > this.#section.bytes.length ? 2 : instructionLength(this.#view.getUint16(offset, true));
  }

  #at(offset: number): DecodedInstruction | undefined {
    const length = this.#lengthAt(offset);
    if (length > 4 || offset < 0 || offset + length > this.#section.bytes.length) return undefined;
    const word = length === 2 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
    if (!this.#decoded.has(word)) this.#decoded.set(word, decode(word));
    return this.#decoded.get(word);
  }
}

/** Offset that a direct branch, jump or call goes to. */
function targetOf({ instruction: { operands }, fields }: DecodedInstruction, offset: number): number | undefined {
  const last = operands.at(-1);
  return last === 'branch' || last === 'jump' ? offset + fields.imm! : undefined;
}

/** Index of the last value up to `limit`, or -1. */
function lastUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
