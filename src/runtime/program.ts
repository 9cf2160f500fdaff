/**
 * Bare-metal programs made of command streams. Code is straight-line: a command is two loads of its operands from a
 * table that a pointer walks through, and the instruction itself, so a program does no arithmetic on addresses and
 * needs no compiler. Between stretches of the stream it stores the `cycle` CSR, and it ends through HTIF.
 */
import {
  ELF_FLAGS,
  type ElfFile,
  type ElfSection,
  type ElfSymbol,
  SECTION_FLAGS,
  SECTION_TYPES,
} from '../elf/format.ts';
import { writeElf } from '../elf/write.ts';
import { ACCELERATOR_FUNCT3, type Command, commandByName } from '../isa/accelerator.ts';
import { packFields } from '../isa/bit-pattern.ts';
import { NAMED_CSRS } from '../isa/csrs.ts';
import { integerRegisterByName } from '../isa/registers.ts';
import { type InstructionName, instruction } from '../isa/rv64.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { CELL_CODE } from './cell-routines.ts';
import { type CallStep, type CommandStep, command, type ProgramStep, type RoutineName } from './commands.ts';
import { runtimeError } from './errors.ts';

/** Room for code and operands at the start of RAM: about half a million commands. */
const CODE_BYTES = 0x100_0000;
const PAGE = 0x1000;
/** Elements of a tensor start on a cache line. */
const TENSOR_ALIGN = 64;

/** What a program must know of the machine that will run it. */
export interface ProgramTarget {
  /** First byte of RAM, where programs start, and its size. */
  readonly ram: { readonly base: number; readonly bytes: number };
  /** RISC-V custom opcode that the accelerator answers to. */
  readonly customOpcode: 0 | 1 | 2 | 3;
}

/** A named stretch of guest memory. */
export interface Region {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
}

export interface Program {
  readonly elf: Uint8Array;
  readonly regions: ReadonlyMap<string, Region>;
  /** Doublewords where the program stores the cycle counter: one when it starts, one at the end of every stretch. */
  readonly cycleMarks: Region;
  /** Names of the stretches between the marks. */
  readonly stretches: readonly string[];
  /** Accelerator commands that the program issues. */
  readonly commandCount: number;
}

interface DataRun {
  readonly start: number;
  readonly parts: Uint8Array[];
  /** Zero-filled runs have no bytes in the file. */
  readonly isZero: boolean;
  end: number;
}

/** Collects tensors and command streams; `finish` makes the ELF file. */
export class ProgramBuilder {
  readonly #regions = new Map<string, Region>();
  readonly #runs: DataRun[] = [];
  readonly #steps: (ProgramStep | { readonly kind: 'mark' })[] = [];
  readonly #stretches: string[] = [];
  readonly #target: ProgramTarget;
  #end: number;

  constructor(target: ProgramTarget) {
    this.#target = target;
    this.#end = target.ram.base + CODE_BYTES;
  }

  /** Initialised memory. @returns its byte address */
  place(name: string, contents: ArrayBufferView): number {
    const bytes = new Uint8Array(contents.buffer, contents.byteOffset, contents.byteLength);
    return this.#allocate(name, bytes.length, bytes);
  }

  /** Memory that is zero when the program starts. @returns its byte address */
  reserve(name: string, bytes: number): number {
    return this.#allocate(name, bytes, undefined);
  }

  /** Adds a stretch of commands, timed on its own. */
  emit(name: string, steps: Iterable<ProgramStep>): void {
    for (const step of steps) this.#steps.push(step);
    this.#steps.push({ kind: 'mark' });
    this.#stretches.push(name);
  }

  finish(): Result<Program, Diagnostic> {
    const { base, bytes: ramBytes } = this.#target.ram;
    const marks = this.#allocate('cycle_marks', 8 * (this.#stretches.length + 1), undefined);
    const code = new CodeWriter(this.#target.customOpcode, { cycleMarks: marks, tohost: base });
    for (const step of this.#steps) {
      if (step.kind === 'command') code.command(step);
      else if (step.kind === 'call') code.call(step);
      else if (step.kind === 'fence') code.fence();
      else code.mark();
    }
    const codeAt = base + PAGE;
    const text = code.finish();
    const operands = code.operands();
    const operandsAt = alignUp(codeAt + text.length, TENSOR_ALIGN);
    if (operandsAt + operands.length > base + CODE_BYTES)
      return fail(
        runtimeError(
          'RUN001',
          `the program has ${code.commandCount} commands, which take more than the ${CODE_BYTES} bytes for code`,
          'use larger tiles or the hardware loop',
        ),
      );
    if (this.#end > base + ramBytes)
      return fail(
        runtimeError(
          'RUN002',
          `the program needs ${this.#end - base} bytes of guest memory, but memory.size is ${ramBytes}`,
          'enlarge memory.size or make the problem smaller',
        ),
      );
    code.link(text, codeAt, operandsAt);
    const sections = [
      section('.tohost', base, SECTION_FLAGS.alloc | SECTION_FLAGS.write, new Uint8Array(2 * TENSOR_ALIGN)),
      section('.text', codeAt, SECTION_FLAGS.alloc | SECTION_FLAGS.exec, text),
      section('.rodata', operandsAt, SECTION_FLAGS.alloc, operands),
      ...this.#runs.map(dataSection),
    ];
    const elf: Omit<ElfFile, 'segments'> = {
      type: 'exec',
      flags: ELF_FLAGS.floatAbiDouble,
      entry: BigInt(codeAt),
      sections,
      symbols: this.#symbols(sections),
    };
    return succeed({
      elf: writeElf(elf),
      regions: this.#regions,
      cycleMarks: this.#regions.get('cycle_marks')!,
      stretches: this.#stretches,
      commandCount: code.commandCount,
    });
  }

  #allocate(name: string, bytes: number, contents: Uint8Array | undefined): number {
    if (this.#regions.has(name)) throw new Error(`two regions are called ${name}`);
    const address = alignUp(this.#end, TENSOR_ALIGN);
    this.#regions.set(name, { name, address, bytes });
    const isZero = contents === undefined;
    let run = this.#runs.at(-1);
    if (run === undefined || run.isZero !== isZero)
      this.#runs.push((run = { start: address, end: address, parts: [], isZero }));
    if (contents !== undefined) run.parts.push(new Uint8Array(address - run.end), contents);
    this.#end = run.end = address + bytes;
    return address;
  }

  #symbols(sections: readonly ElfSection[]): ElfSymbol[] {
    const { base } = this.#target.ram;
    const symbol = (name: string, address: number, size: number, type: ElfSymbol['type']): ElfSymbol => ({
      name,
      value: BigInt(address),
      size: BigInt(size),
      binding: 'global',
      type,
      section: sections.findLastIndex(({ addr }) => addr <= BigInt(address)),
    });
    return [
      symbol('_start', base + PAGE, 0, 'func'),
      symbol('tohost', base, 8, 'object'),
      symbol('fromhost', base + TENSOR_ALIGN, 8, 'object'),
      ...[...this.#regions.values()].map(({ name, address, bytes }) => symbol(name, address, bytes, 'object')),
    ];
  }
}

const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align;

const section = (name: string, address: number, flags: number, bytes: Uint8Array): ElfSection => ({
  name,
  type: SECTION_TYPES.progbits,
  flags,
  addr: BigInt(address),
  align: TENSOR_ALIGN,
  entrySize: 0,
  bytes,
  size: BigInt(bytes.length),
  relocations: [],
});

function dataSection({ start, end, parts, isZero }: DataRun): ElfSection {
  const flags = SECTION_FLAGS.alloc | SECTION_FLAGS.write;
  if (isZero)
    return {
      ...section('.bss', start, flags, new Uint8Array(0)),
      type: SECTION_TYPES.nobits,
      size: BigInt(end - start),
    };
  const bytes = new Uint8Array(end - start);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return section('.data', start, flags, bytes);
}

type Register = 'zero' | 'ra' | 'a0' | 'a1' | 's0' | 's1' | 's2' | 't0';
const x = (name: Register): number => integerRegisterByName.get(name)!;
const csrNumber = (name: string): number => NAMED_CSRS.find((csr) => csr.name === name)!.number;

/** Largest offset of a load plus one step; the operand pointer moves on before it would be exceeded. */
const POINTER_STEP = 1024;
/** mstatus.FS and mstatus.XS as initial: floating point and the accelerator are usable. */
const MSTATUS_FS_XS = (1 << 13) | (1 << 15);
const WORD_BYTES = 4;

/** Machine code of a stream. Registers: s0 walks the operands, s1 the cycle marks; s2 is where the end is reported. */
class CodeWriter {
  readonly #custom: InstructionName;
  readonly #words: number[] = [];
  /** Doublewords that the code loads: two addresses, then the operands of the commands. */
  readonly #operands: bigint[];
  #pointer = 0;
  /** Indices of the calls' first words, and what they call. */
  readonly #calls: { readonly word: number; readonly routine: RoutineName }[] = [];
  #mark = 0;
  commandCount = 0;

  constructor(customOpcode: 0 | 1 | 2 | 3, addresses: { readonly cycleMarks: number; readonly tohost: number }) {
    this.#custom = `custom${customOpcode}`;
    this.#operands = [BigInt(addresses.cycleMarks), BigInt(addresses.tohost)];
    this.#words.push(0, 0);
    this.#loadImmediate('t0', MSTATUS_FS_XS);
    this.#emit('csrrs', { csr: csrNumber('mstatus'), rs1: x('t0'), rd: x('zero') });
    this.#emit('ld', { rd: x('s1'), rs1: x('s0'), imm: 0 });
    this.#emit('ld', { rd: x('s2'), rs1: x('s0'), imm: 8 });
    this.command(command('flush'));
    this.mark();
  }

  command({ name, rs1, rs2 }: CommandStep): void {
    const offset = this.#pushOperands([rs1, rs2]);
    this.#emit('ld', { rd: x('a0'), rs1: x('s0'), imm: offset });
    this.#emit('ld', { rd: x('a1'), rs1: x('s0'), imm: offset + 8 });
    const { funct } = commandByName('current', name) as Command;
    const flags = ACCELERATOR_FUNCT3.plain;
    const form = { xd: flags >> 2, xs1: (flags >> 1) & 1, xs2: flags & 1 };
    this.#emit(this.#custom, { funct7: funct, rs1: x('a0'), rs2: x('a1'), rd: 0, ...form });
    this.commandCount++;
    this.#movePointer();
  }

  /** Calls a routine; `finish` puts its code behind the stream. */
  call({ routine, block }: CallStep): void {
    const offset = this.#pushOperands(block.map(BigInt));
    this.#emit('addi', { rd: x('a0'), rs1: x('s0'), imm: offset });
    this.#calls.push({ word: this.#words.length, routine });
    this.#words.push(0, 0);
    this.#movePointer();
  }

  fence(): void {
    this.#emit('fence', { fm: 0, pred: 0b1111, succ: 0b1111, rs1: 0, rd: 0 });
  }

  /** Stores the cycle counter in the next mark. */
  mark(): void {
    if (this.#mark === POINTER_STEP) {
      this.#emit('addi', { rd: x('s1'), rs1: x('s1'), imm: POINTER_STEP });
      this.#mark = 0;
    }
    this.#emit('csrrs', { csr: csrNumber('cycle'), rs1: x('zero'), rd: x('t0') });
    this.#emit('sd', { rs2: x('t0'), rs1: x('s1'), imm: this.#mark });
    this.#mark += 8;
  }

  /** Ends the program through HTIF with status 0. @returns the code; `link` fills in its operand pointer */
  finish(): Uint8Array {
    this.fence();
    this.#loadImmediate('t0', 1);
    this.#emit('sd', { rs2: x('t0'), rs1: x('s2'), imm: 0 });
    this.#emit('jal', { rd: x('zero'), imm: 0 });
    this.#placeRoutines();
    return new Uint8Array(Uint32Array.from(this.#words).buffer);
  }

  #placeRoutines(): void {
    const places = new Map<RoutineName, number>();
    for (const { word, routine } of this.#calls) {
      const place = places.get(routine) ?? this.#words.length;
      if (place === this.#words.length) this.#words.push(...CELL_CODE[routine]);
      places.set(routine, place);
      const distance = (place - word) * WORD_BYTES;
      const low = (distance << 20) >> 20;
      this.#words[word] = encode('auipc', { rd: x('t0'), imm: distance - low });
      this.#words[word + 1] = encode('jalr', { rd: x('ra'), rs1: x('t0'), imm: low });
    }
  }

  operands(): Uint8Array {
    return new Uint8Array(BigUint64Array.from(this.#operands).buffer);
  }

  /** Fills in where the operands are, relative to the code. */
  link(code: Uint8Array, codeAt: number, operandsAt: number): void {
    const distance = operandsAt - codeAt;
    const low = (distance << 20) >> 20;
    const view = new DataView(code.buffer);
    view.setUint32(0, encode('auipc', { rd: x('s0'), imm: distance - low }), true);
    view.setUint32(4, encode('addi', { rd: x('s0'), rs1: x('s0'), imm: low }), true);
  }

  /** @returns the offset of the first from the operand pointer */
  #pushOperands(values: readonly bigint[]): number {
    const offset = this.#operands.length * 8 - this.#pointer;
    this.#operands.push(...values);
    return offset;
  }

  #movePointer(): void {
    if (this.#operands.length * 8 - this.#pointer < POINTER_STEP) return;
    this.#emit('addi', { rd: x('s0'), rs1: x('s0'), imm: POINTER_STEP });
    this.#pointer += POINTER_STEP;
  }

  #loadImmediate(register: Register, value: number): void {
    const low = (value << 20) >> 20;
    this.#emit('lui', { rd: x(register), imm: value - low });
    this.#emit('addi', { rd: x(register), rs1: x(register), imm: low });
  }

  #emit(name: InstructionName, fields: Readonly<Record<string, number>>): void {
    this.#words.push(encode(name, fields));
  }
}

const encode = (name: InstructionName, fields: Readonly<Record<string, number>>): number =>
  packFields(instruction(name), fields);
