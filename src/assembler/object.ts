/** A finished assembly → the sections, symbols and relocations of an object file. */
import {
  ELF_FLAGS,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  SECTION_FLAGS,
  SECTION_TYPES,
} from '../elf/format.ts';
import { RELOCATIONS } from '../elf/relocations.ts';
import type { ElfContents } from '../elf/write.ts';
import { type InstructionField, insertField } from '../isa/bit-pattern.ts';
import { instruction } from '../isa/rv64.ts';
import { compressedByName } from '../isa/rvc.ts';
import type { Int64 } from '../support/int64.ts';
import type { Assembly } from './assembly.ts';
import { attributeSection } from './attributes.ts';
import { distance, evaluate, type Linear, layOut, leb128, offsetOf } from './layout.ts';
import { writeCompilationUnit } from './line-table.ts';
import type { Fixup, Fragment, Section } from './section.ts';
import { type AsmSymbol, displayName, movedBy } from './symbols.ts';

/** A relocation before symbols have numbers. */
interface PendingRelocation {
  readonly offset: number;
  readonly type: number;
  readonly symbol: AsmSymbol | undefined;
  readonly addend: Int64;
}

/** Lays out all sections and makes the object. Problems go to the assembly's diagnostics. */
export function makeObject(assembly: Assembly, name: string): ElfContents {
  for (const section of assembly.sections) {
    for (const { source, message } of layOut(section)) assembly.error('ASM009', source, source + 1, message);
  }
  // Rows of the line table depend on the layout of code; its own sections are made of fixed bytes.
  assembly.lines.write(assembly);
  writeCompilationUnit(assembly, name);
  for (const symbol of assembly.symbols.all()) settle(symbol);
  const contents = assembly.sections.map((section) => finishSection(section, assembly));
  const indexOf = numberSymbols(assembly, contents);
  const sections = assembly.sections.map((section, i): ElfSection => {
    const { bytes, size, relocations } = contents[i]!;
    return {
      name: section.name,
      type: section.type,
      flags: section.flags,
      addr: 0n,
      align: section.align,
      entrySize: section.entrySize,
      bytes,
      size: BigInt(size),
      relocations: relocations.map((one) => toElf(one, indexOf.numbers)),
    };
  });
  const attributes = attributeSection(assembly.attributes, assembly.options.compressed);
  return {
    type: 'rel',
    flags: ELF_FLAGS.rvc | ELF_FLAGS.floatAbiDouble,
    entry: 0n,
    sections: [...sections, attributes],
    symbols: indexOf.symbols,
  };
}

/** A symbol set to a place that was not known then is at that place now. */
function settle(symbol: AsmSymbol): void {
  const value = symbol.value && evaluate(symbol.value, 'laid out');
  if (value?.plus?.place === undefined || value.minus !== undefined) return;
  symbol.place = movedBy(value.plus.place, Number(value.constant));
  symbol.value = undefined;
}

const toElf = (
  { offset, type, symbol, addend }: PendingRelocation,
  numbers: ReadonlyMap<AsmSymbol, number>,
): ElfRelocation => ({
  offset: BigInt(offset),
  type,
  addend: BigInt(addend),
  ...(symbol === undefined ? {} : { symbol: numbers.get(symbol)! }),
});

interface FinishedSection {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly relocations: readonly PendingRelocation[];
}

function finishSection(section: Section, assembly: Assembly): FinishedSection {
  const end = offsetOf(section.here());
  // GNU as pads code to the alignment of its section.
  const size = section.isCode ? Math.ceil(end / section.align) * section.align : end;
  if (section.type === SECTION_TYPES.nobits) {
    const offending = section.fixups[0] ?? section.fragments.find(({ kind }) => kind === 'branch');
    if (offending !== undefined || section.bytes.subarray(0, section.length).some((byte) => byte !== 0)) {
      assembly.error(
        'ASM010',
        0,
        1,
        `section ${section.name} holds no bytes in the file, but something other than zeros is put into it`,
      );
    }
    return { bytes: new Uint8Array(0), size, relocations: [] };
  }
  const bytes = new Uint8Array(size);
  const relocations: PendingRelocation[] = [];
  let from = 0;
  for (const [i, fragment] of section.fragments.entries()) {
    const shift = section.shifts[i]!;
    bytes.set(section.bytes.subarray(from, fragment.at), from + shift);
    writeFragment(fragment, bytes, fragment.at + shift, relocations);
    from = fragment.at;
  }
  bytes.set(section.bytes.subarray(from, section.length), from + section.shifts[section.fragments.length]!);
  if (!assembly.options.relax) writeNops(bytes, end, size - end);
  for (const fixup of section.fixups) {
    const offset = fixup.offset + section.shifts[fixup.fragment]!;
    if (fixup.kind === 'relocation') relocate(fixup, offset, assembly, bytes, relocations);
    else putData(fixup, offset, section, assembly, bytes, relocations);
  }
  if (section.fragments.length > 0) relocations.sort((a, b) => a.offset - b.offset);
  return { bytes, size, relocations };
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const BRANCH_OFFSET = instruction('beq').fields.get('imm')!;
const JUMP_OFFSET = instruction('jal').fields.get('imm')!;
const HALFWORD_BRANCH_OFFSET = compressedByName.get('c.beqz')!.fields.get('imm')!;
const HALFWORD_JUMP_OFFSET = compressedByName.get('c.j')!.fields.get('imm')!;
/** funct3 bit that turns a branch into its opposite: bit 12, and bit 13 of c.beqz and c.bnez. */
const INVERT = 0x1000;
const INVERT_HALFWORD = 0x2000;

function writeFragment(fragment: Fragment, bytes: Uint8Array, offset: number, relocations: PendingRelocation[]): void {
  switch (fragment.kind) {
    case 'branch':
      writeBranch(fragment, bytes, offset, relocations);
      return;
    case 'align':
      if (fragment.fill === undefined) writeNops(bytes, offset, fragment.length);
      else fillPattern(bytes, offset, fragment.length, fragment.fill);
      return;
    case 'fill':
      fillPattern(bytes, offset, fragment.length, fragment.pattern);
      return;
    case 'leb128': {
      const value = evaluate(fragment.value, 'laid out');
      bytes.set(leb128(value?.constant ?? 0, fragment.isSigned), offset);
    }
  }
}

function fillPattern(bytes: Uint8Array, offset: number, length: number, pattern: Uint8Array): void {
  for (let i = 0; i < length; i++) bytes[offset + i] = pattern[i % pattern.length]!;
}

const NOP = instruction('addi').match;
const HALFWORD_NOP = compressedByName.get('c.nop')!.match;

/** Fills a gap in code: a zero byte to get even, c.nop to get to a multiple of 4, then nops. */
export function writeNops(bytes: Uint8Array, offset: number, length: number): void {
  let pos = offset;
  const end = offset + length;
  if ((end - pos) % 2 !== 0) bytes[pos++] = 0;
  if ((end - pos) % 4 !== 0) {
    view(bytes).setUint16(pos, HALFWORD_NOP, true);
    pos += 2;
  }
  for (; pos < end; pos += 4) view(bytes).setUint32(pos, NOP, true);
}

function writeBranch(
  { word, isJump, halfword, target, addend, length }: Extract<Fragment, { kind: 'branch' }>,
  bytes: Uint8Array,
  offset: number,
  relocations: PendingRelocation[],
): void {
  const data = view(bytes);
  // The offset that the linker will put there, as far as it can be told now, for readers of the object.
  const destination = (target?.place === undefined ? 0 : offsetOf(target.place)) + addend;
  const offsetBits = (field: typeof JUMP_OFFSET, from: number): number =>
    target === undefined ? 0 : insertField(field, destination - from);
  const relocation = (at: number, type: number): void =>
    void relocations.push({ offset: at, type, symbol: target, addend });
  if (length === 2) {
    const field = isJump ? HALFWORD_JUMP_OFFSET : HALFWORD_BRANCH_OFFSET;
    data.setUint16(offset, halfword! | offsetBits(field, offset), true);
    relocation(offset, isJump ? RELOCATIONS.rvcJump : RELOCATIONS.rvcBranch);
    return;
  }
  if (length === 4) {
    data.setUint32(offset, word | offsetBits(isJump ? JUMP_OFFSET : BRANCH_OFFSET, offset), true);
    relocation(offset, isJump ? RELOCATIONS.jal : RELOCATIONS.branch);
    return;
  }
  // Too far for a branch: the opposite branch over a jump.
  const jump = offset + length - 4;
  if (length === 6)
    data.setUint16(offset, (halfword! ^ INVERT_HALFWORD) | insertField(HALFWORD_BRANCH_OFFSET, 6), true);
  else data.setUint32(offset, (word ^ INVERT) | insertField(BRANCH_OFFSET, 8), true);
  data.setUint32(jump, instruction('jal').match | offsetBits(JUMP_OFFSET, jump), true);
  relocation(jump, RELOCATIONS.jal);
}

const UPPER = instruction('lui').fields.get('imm')!;
const PARTIAL_FIELDS: ReadonlyMap<number, InstructionField> = new Map([
  [RELOCATIONS.hi20, UPPER],
  [RELOCATIONS.lo12I, instruction('addi').fields.get('imm')!],
  [RELOCATIONS.lo12S, instruction('sd').fields.get('imm')!],
]);

function relocate(
  fixup: Fixup,
  offset: number,
  assembly: Assembly,
  bytes: Uint8Array,
  relocations: PendingRelocation[],
): void {
  const value = evaluate(fixup.value, 'laid out');
  if (value === undefined || value.minus !== undefined) {
    assembly.error('ASM008', fixup.source, fixup.source + 1, 'the operand must be a symbol, perhaps plus a number');
    return;
  }
  const { plus: symbol, constant: addend } = value;
  if (fixup.type === RELOCATIONS.rvcJump || fixup.type === RELOCATIONS.rvcBranch) {
    const field = fixup.type === RELOCATIONS.rvcJump ? HALFWORD_JUMP_OFFSET : HALFWORD_BRANCH_OFFSET;
    const destination = (symbol?.place === undefined ? 0 : offsetOf(symbol.place)) + Number(addend);
    const data = view(bytes);
    data.setUint16(offset, data.getUint16(offset, true) | insertField(field, destination - offset), true);
  }
  const field = PARTIAL_FIELDS.get(fixup.type);
  if (field !== undefined) {
    // As GNU as does: what is known of the value, for readers of the object.
    const bits = field === UPPER ? Number(BigInt.asIntN(32, (BigInt(addend) + 0x800n) & ~0xfffn)) : Number(addend);
    const data = view(bytes);
    data.setUint32(offset, data.getUint32(offset, true) | insertField(field, bits), true);
  }
  relocations.push({ offset, type: fixup.type, symbol, addend });
  if (fixup.canRelax && symbol !== undefined) {
    relocations.push({ offset, type: RELOCATIONS.relax, symbol: undefined, addend });
  }
}

const DIFFERENCE_TYPES: Readonly<Record<number, readonly [add: number, subtract: number]>> = {
  1: [RELOCATIONS.add8, RELOCATIONS.sub8],
  2: [RELOCATIONS.add16, RELOCATIONS.sub16],
  4: [RELOCATIONS.add32, RELOCATIONS.sub32],
  8: [RELOCATIONS.add64, RELOCATIONS.sub64],
};
const ADDRESS_TYPES: Readonly<Record<number, number>> = { 4: RELOCATIONS.abs32, 8: RELOCATIONS.abs64 };

function putData(
  { type: width, value, source }: Fixup,
  offset: number,
  section: Section,
  assembly: Assembly,
  bytes: Uint8Array,
  relocations: PendingRelocation[],
): void {
  const linear = evaluateData(value);
  const refuse = (message: string): void => assembly.error('ASM008', source, source + 1, message);
  if (linear === undefined) {
    refuse('the value must be a number, a symbol plus a number, or a difference of symbols');
    return;
  }
  const { plus, minus, constant } = linear;
  if (plus === undefined && minus === undefined) {
    if (!fitsWidth(constant, width)) refuse(`${constant} does not fit ${width} bytes`);
    writeInteger(bytes, offset, width, constant);
    return;
  }
  if (plus === undefined) {
    refuse(`a symbol cannot be subtracted from a number: "${displayName(minus!)}"`);
    return;
  }
  if (minus === undefined) {
    const type = ADDRESS_TYPES[width];
    if (type === undefined) refuse(`the address of "${displayName(plus)}" needs 4 or 8 bytes, not ${width}`);
    else relocations.push({ offset, type, symbol: plus, addend: constant });
    return;
  }
  const known = minus.place?.section.isCode ? undefined : distance(minus, plus, 'laid out');
  if (known !== undefined) {
    writeInteger(bytes, offset, width, BigInt(known) + BigInt(constant));
    return;
  }
  const types = DIFFERENCE_TYPES[width];
  if (types === undefined || section.type === SECTION_TYPES.nobits) {
    refuse(`a difference of symbols cannot be put into ${width} bytes`);
    return;
  }
  relocations.push({ offset, type: types[0], symbol: plus, addend: constant });
  relocations.push({ offset, type: types[1], symbol: minus, addend: 0 });
}

/** Differences of places in code stay open: the linker may shorten what lies between. */
function evaluateData(value: Fixup['value']): Linear | undefined {
  if (value.kind === 'binary' && value.operator === '-') {
    const [left, right] = [evaluate(value.left, 'laid out'), evaluate(value.right, 'laid out')];
    const isOpen = left?.plus?.place?.section.isCode && right?.plus && !left.minus && !right.minus;
    if (isOpen) return { constant: BigInt(left.constant) - BigInt(right.constant), plus: left.plus, minus: right.plus };
  }
  return evaluate(value, 'laid out');
}

const fitsWidth = (value: Int64, width: number): boolean =>
  width >= 8 || (value >= -(2 ** (8 * width - 1)) && value < 2 ** (8 * width));

function writeInteger(bytes: Uint8Array, offset: number, width: number, value: Int64): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = 0; i < width; i++) {
    bytes[offset + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** Symbols of the object in the order of their making, and their numbers. */
function numberSymbols(
  assembly: Assembly,
  contents: readonly FinishedSection[],
): { symbols: ElfSymbol[]; numbers: Map<AsmSymbol, number> } {
  const symbols: ElfSymbol[] = [];
  const numbers = new Map<AsmSymbol, number>();
  const referenced = new Set<AsmSymbol>();
  for (const { relocations } of contents) {
    for (const { symbol } of relocations) if (symbol !== undefined) referenced.add(symbol);
  }
  const add = (symbol: AsmSymbol): void => {
    const elf = toElfSymbol(symbol, assembly);
    if (elf === undefined) return;
    numbers.set(symbol, symbols.length);
    symbols.push(elf);
  };
  for (const symbol of assembly.mappingSymbols) add(symbol);
  for (const symbol of assembly.symbols.all()) {
    const isKept = symbol.isDefined ? !symbol.isTemporary : symbol.binding === 'global' || symbol.binding === 'weak';
    if (referenced.has(symbol) || isKept) add(symbol);
  }
  for (const symbol of referenced) if (!numbers.has(symbol)) add(symbol);
  return { symbols, numbers };
}

function toElfSymbol(symbol: AsmSymbol, assembly: Assembly): ElfSymbol | undefined {
  const { name, type, place, value, common } = symbol;
  const binding = symbol.binding ?? (symbol.isDefined && common === undefined ? 'local' : 'global');
  const size = BigInt((symbol.size && evaluate(symbol.size, 'laid out')?.constant) ?? common?.size ?? 0);
  const base = { name, type: common === undefined ? type : 'object', binding, size } as const;
  if (place !== undefined) {
    const isThreadLocal = (place.section.flags & SECTION_FLAGS.tls) !== 0;
    const located = { ...base, value: BigInt(offsetOf(place)), section: place.section.index };
    return isThreadLocal ? { ...located, type: 'tls' } : located;
  }
  if (common !== undefined) return { ...base, value: BigInt(common.align), section: 'common' };
  if (value === undefined) {
    if (symbol.isTemporary) {
      assembly.error(
        'ASM011',
        symbol.mentionedAt,
        symbol.mentionedAt + 1,
        `label "${displayName(symbol)}" is used but not defined`,
      );
    }
    return { ...base, value: 0n, section: 'undefined' };
  }
  const linear = evaluate(value, 'laid out');
  if (linear === undefined || linear.minus !== undefined) {
    assembly.error(
      'ASM008',
      symbol.mentionedAt,
      symbol.mentionedAt + name.length,
      `"${name}" is set to something that is neither a number nor a place`,
    );
    return undefined;
  }
  const { plus, constant } = linear;
  if (plus === undefined) return { ...base, value: BigInt.asUintN(64, BigInt(constant)), section: 'absolute' };
  return { ...base, value: BigInt(constant), section: 'undefined' };
}
