/** Directives that move the current place: alignment, gaps, origins. */
import { RELOCATIONS } from '../elf/relocations.ts';
import type { Int64 } from '../support/int64.ts';
import type { Assembly } from './assembly.ts';
import { absoluteExpression, type Directive, errorIn, readExpression, readInteger } from './directive.ts';
import { constant, type Expression } from './expression.ts';
import { CHAR } from './scanner.ts';

/** 16 MiB: more would fill files with padding. */
const MAX_ALIGN_POWER = 24;

/** `.align power[, fill[, max]]` and `.balign bytes[, …]`; `width` is that of the fill value. */
export function align(isPower: boolean, width = 1): Directive {
  return (assembly, scanner) => {
    const start = scanner.pos;
    const amount = scanner.atStatementEnd()
      ? 0
      : readInteger(assembly, scanner, 'the alignment', 0, isPower ? MAX_ALIGN_POWER : 2 ** MAX_ALIGN_POWER);
    if (amount === undefined) return;
    const bytes = isPower ? 2 ** amount : Math.max(1, amount);
    if (!Number.isInteger(Math.log2(bytes))) {
      errorIn(assembly, scanner, start, scanner.pos, `the alignment is ${bytes}, but must be a power of two`);
      return;
    }
    let fill: Int64 | undefined;
    let max = Number.POSITIVE_INFINITY;
    if (scanner.accept(CHAR.comma)) {
      if (scanner.peek() !== CHAR.comma && !scanner.atStatementEnd()) fill = absoluteExpression(assembly, scanner);
      if (scanner.accept(CHAR.comma)) max = readInteger(assembly, scanner, 'the limit', 0, 2 ** 31) ?? max;
    }
    alignSection(assembly, bytes, fill === undefined ? undefined : integerBytes(fill, width), max);
  };
}

function integerBytes(value: Int64, width: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, BigInt(value)), true);
  return bytes.slice(0, width);
}

/** Aligns the current place. Code that the linker may shorten gets the most nops it can need, and a mark. */
export function alignSection(assembly: Assembly, bytes: number, fill: Uint8Array | undefined, max: number): void {
  const { section, options } = assembly;
  const smallest = options.compressed ? 2 : 4;
  section.align = Math.max(section.align, bytes);
  if (bytes === 1) return;
  if (section.isCode && fill === undefined && options.relax) {
    const worst = bytes - smallest;
    if (worst <= 0) return;
    const offset = section.length;
    const value = constant(worst);
    const fragment = section.fragments.length;
    const source = assembly.position;
    section.fixups.push({
      offset,
      fragment,
      kind: 'relocation',
      type: RELOCATIONS.align,
      value,
      canRelax: false,
      source,
    });
    section.append(nops(worst));
    return;
  }
  const filler = section.isCode ? fill : (fill ?? Uint8Array.of(0));
  section.fragments.push({ kind: 'align', at: section.length, length: 0, align: bytes, fill: filler, max });
}

const NOP = 0x13;
const HALFWORD_NOP = 1;
function nops(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let i = count % 4; i < count; i += 4) bytes[i] = NOP;
  if (count % 4 !== 0) bytes[0] = HALFWORD_NOP;
  return bytes;
}

/** `.zero count[, value]` */
export const space: Directive = (assembly, scanner) => {
  scanner.peek();
  const source = scanner.base + scanner.pos;
  const amount = readExpression(assembly, scanner);
  const fill = scanner.accept(CHAR.comma) ? readInteger(assembly, scanner, 'the fill byte', -128, 255) : 0;
  if (amount !== undefined && fill !== undefined) addFill(assembly, amount, Uint8Array.of(fill), false, source);
};

/** `.fill repeat[, size[, value]]` */
export const fill: Directive = (assembly, scanner) => {
  scanner.peek();
  const source = scanner.base + scanner.pos;
  const amount = readExpression(assembly, scanner);
  const size = scanner.accept(CHAR.comma) ? readInteger(assembly, scanner, 'the size', 0, 8) : 1;
  const value = scanner.accept(CHAR.comma) ? absoluteExpression(assembly, scanner) : 0;
  if (amount === undefined || size === undefined || value === undefined || size === 0) return;
  const pattern = new Uint8Array(size);
  pattern.set(integerBytes(BigInt.asUintN(32, BigInt(value)), 8).slice(0, size));
  addFill(assembly, amount, pattern, false, source);
};

const LARGE_FILL = 1 << 16;

export function addFill(
  assembly: Assembly,
  amount: Expression,
  pattern: Uint8Array,
  isOrigin: boolean,
  source: number,
): void {
  const { section } = assembly;
  assembly.beginData();
  const now = isOrigin ? undefined : assembly.absolute(amount);
  const length = Number(now) * pattern.length;
  if (now !== undefined && length >= 0 && length <= LARGE_FILL) {
    const offset = section.reserve(length);
    if (pattern.some((byte) => byte !== 0)) {
      for (let i = 0; i < length; i++) section.bytes[offset + i] = pattern[i % pattern.length]!;
    }
    return;
  }
  const value = now === undefined ? amount : constant(now);
  section.fragments.push({ kind: 'fill', at: section.length, length: 0, amount: value, isOrigin, pattern, source });
}

export const origin: Directive = (assembly, scanner) => {
  scanner.peek();
  const source = scanner.base + scanner.pos;
  const amount = readExpression(assembly, scanner);
  const fill = scanner.accept(CHAR.comma) ? readInteger(assembly, scanner, 'the fill byte', -128, 255) : 0;
  if (amount !== undefined && fill !== undefined) addFill(assembly, amount, Uint8Array.of(fill), true, source);
};
