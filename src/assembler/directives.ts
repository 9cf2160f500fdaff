/** The directives that put bytes into sections, name symbols and switch sections. Conditionals and macros are in statements.ts. */
import { SECTION_FLAGS, SECTION_TYPES, type SymbolType } from '../elf/format.ts';
import { RELOCATIONS } from '../elf/relocations.ts';
import type { Int64 } from '../support/int64.ts';
import type { Assembly } from './assembly.ts';
import { ATTRIBUTE_TAGS } from './attributes.ts';
import { constant, type Expression } from './expression.ts';
import { CHAR, isDigit, type Scanner } from './scanner.ts';
import { movedBy } from './symbols.ts';

/** Reads the rest of the statement. Errors go to the assembly. */
export type Directive = (assembly: Assembly, scanner: Scanner) => void;

const fail = (assembly: Assembly, scanner: Scanner, start: number, end: number, message: string, hint?: string): void =>
  assembly.error('ASM005', scanner.base + start, scanner.base + end, message, hint);

const failHere = (assembly: Assembly, scanner: Scanner, message: string, hint?: string): void => {
  scanner.peek();
  fail(assembly, scanner, scanner.pos, scanner.wordEnd(), message, hint);
};

/** The next expression; nothing after an error. */
function expression(assembly: Assembly, scanner: Scanner): Expression | undefined {
  const parsed = assembly.expressions.parse(scanner);
  if (parsed !== undefined) return parsed;
  const { start, end, message, hint } = assembly.expressions.failure;
  fail(assembly, scanner, start, end, message, hint);
  return undefined;
}

/** The next expression, whose value must be known now. */
export function absoluteExpression(assembly: Assembly, scanner: Scanner): Int64 | undefined {
  scanner.peek();
  const start = scanner.pos;
  const parsed = expression(assembly, scanner);
  if (parsed === undefined) return undefined;
  const value = assembly.absolute(parsed);
  if (value === undefined) fail(assembly, scanner, start, scanner.pos, 'this must be a number that is known here');
  return value;
}

/** A number from `min` to `max` that is known now. */
function integer(assembly: Assembly, scanner: Scanner, what: string, min: number, max: number): number | undefined {
  scanner.peek();
  const start = scanner.pos;
  const value = absoluteExpression(assembly, scanner);
  if (value === undefined) return undefined;
  if (value >= min && value <= max) return Number(value);
  fail(assembly, scanner, start, scanner.pos, `${what} is ${value}, but must be from ${min} to ${max}`);
  return undefined;
}

/** `.word a, b, …` */
function data(width: number): Directive {
  return (assembly, scanner) => {
    if (scanner.atStatementEnd()) return;
    const { section } = assembly;
    assembly.beginData();
    do {
      scanner.peek();
      const start = scanner.pos;
      const value = expression(assembly, scanner);
      if (value === undefined) return;
      if (value.kind === 'constant' && typeof value.value === 'number') {
        const number = value.value;
        if (width < 8 && (number < -(2 ** (8 * width - 1)) || number >= 2 ** (8 * width))) {
          fail(assembly, scanner, start, scanner.pos, `${number} does not fit ${width} bytes`);
        }
        const offset = section.reserve(width);
        const { bytes } = section;
        let low = number | 0;
        for (let i = 0; i < width; i++) {
          if (i === 4) low = Math.floor(number / 2 ** 32);
          bytes[offset + i] = low;
          low >>= 8;
        }
      } else assembly.addData(width, value, scanner.base + start);
    } while (scanner.accept(CHAR.comma));
  };
}

/** `.float 1.5, …` */
function floats(width: 4 | 8): Directive {
  return (assembly, scanner) => {
    if (scanner.atStatementEnd()) return;
    assembly.beginData();
    do {
      scanner.peek();
      const pattern = /(?:0[fdFD])?([-+]?(?:inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))/iy;
      pattern.lastIndex = scanner.pos;
      const [whole, text] = pattern.exec(scanner.text) ?? [];
      if (whole === undefined) {
        failHere(assembly, scanner, 'a floating-point number belongs here', 'write 1.5, -2e-3, inf or nan');
        return;
      }
      scanner.pos += whole.length;
      const bytes = new Uint8Array(width);
      const view = new DataView(bytes.buffer);
      const value = parseFloatText(text!);
      if (width === 8) view.setFloat64(0, value, true);
      else view.setUint32(0, singleBits(text!, value), true);
      assembly.section.append(bytes);
    } while (scanner.accept(CHAR.comma));
  };
}

const parseFloatText = (text: string): number => {
  const lower = text.toLowerCase();
  const sign = lower.startsWith('-') ? -1 : 1;
  if (lower.includes('inf')) return sign * Number.POSITIVE_INFINITY;
  return lower.includes('nan') ? Number.NaN : Number(lower);
};

/** binary32 bits of a decimal number, rounded once: the double between is corrected when it fell on a tie. */
function singleBits(text: string, value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  if (Number.isNaN(value)) return text.startsWith('-') ? 0xffffffff : 0x7fffffff;
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const rounded = view.getFloat32(0);
  if (!Number.isFinite(rounded) || rounded === value) return bits;
  const magnitude = bits & 0x7fffffff;
  const neighbour = Math.abs(rounded) > Math.abs(value) ? magnitude - 1 : magnitude + 1;
  view.setUint32(0, neighbour);
  const other = view.getFloat32(0);
  const isTie = Math.abs(rounded) + other === 2 * Math.abs(value);
  if (!isTie) return bits;
  const order = compareDecimal(text, Math.abs(value));
  if (order === 0) return bits;
  const larger = Math.max(magnitude, neighbour);
  return ((bits & 0x80000000) | (order > 0 ? larger : larger - 1)) >>> 0;
}

/** Sign of |text| − value, exactly. */
function compareDecimal(text: string, value: number): number {
  const [, whole = '', fraction = '', exponent = '0'] = /^[-+]?(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  const scale = Number(exponent) - fraction.length;
  let numerator = BigInt(`${whole}${fraction}` || '0');
  let denominator = 1n;
  if (scale >= 0) numerator *= 10n ** BigInt(scale);
  else denominator = 10n ** BigInt(-scale);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number(bits >> 52n) || 1;
  const significand = (bits & ((1n << 52n) - 1n)) | (bits >> 52n === 0n ? 0n : 1n << 52n);
  let [left, right] = [numerator, significand * denominator];
  if (power >= 1075) right <<= BigInt(power - 1075);
  else left <<= BigInt(1075 - power);
  return left > right ? 1 : left < right ? -1 : 0;
}

function strings(isTerminated: boolean): Directive {
  return (assembly, scanner) => {
    assembly.beginData();
    do {
      if (scanner.peek() !== CHAR.quote) {
        failHere(assembly, scanner, 'a string in double quotes belongs here');
        return;
      }
      const text = scanner.string();
      if (typeof text !== 'string') {
        fail(assembly, scanner, text.start, text.end, text.message);
        return;
      }
      const { section } = assembly;
      const offset = section.reserve(text.length + (isTerminated ? 1 : 0));
      for (let i = 0; i < text.length; i++) section.bytes[offset + i] = text.charCodeAt(i);
    } while (scanner.accept(CHAR.comma));
  };
}

function leb(isSigned: boolean): Directive {
  return (assembly, scanner) => {
    assembly.beginData();
    do {
      scanner.peek();
      const source = scanner.base + scanner.pos;
      const value = expression(assembly, scanner);
      if (value === undefined) return;
      const { section } = assembly;
      section.fragments.push({ kind: 'leb128', at: section.length, length: 1, value, isSigned, source });
    } while (scanner.accept(CHAR.comma));
  };
}

/** 16 MiB: more would fill files with padding. */
const MAX_ALIGN_POWER = 24;

/** `.align power[, fill[, max]]` and `.balign bytes[, …]`; `width` is that of the fill value. */
function align(isPower: boolean, width = 1): Directive {
  return (assembly, scanner) => {
    const start = scanner.pos;
    const amount = scanner.atStatementEnd()
      ? 0
      : integer(assembly, scanner, 'the alignment', 0, isPower ? MAX_ALIGN_POWER : 2 ** MAX_ALIGN_POWER);
    if (amount === undefined) return;
    const bytes = isPower ? 2 ** amount : Math.max(1, amount);
    if (!Number.isInteger(Math.log2(bytes))) {
      fail(assembly, scanner, start, scanner.pos, `the alignment is ${bytes}, but must be a power of two`);
      return;
    }
    let fill: Int64 | undefined;
    let max = Number.POSITIVE_INFINITY;
    if (scanner.accept(CHAR.comma)) {
      if (scanner.peek() !== CHAR.comma && !scanner.atStatementEnd()) fill = absoluteExpression(assembly, scanner);
      if (scanner.accept(CHAR.comma)) max = integer(assembly, scanner, 'the limit', 0, 2 ** 31) ?? max;
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
const space: Directive = (assembly, scanner) => {
  scanner.peek();
  const source = scanner.base + scanner.pos;
  const amount = expression(assembly, scanner);
  const fill = scanner.accept(CHAR.comma) ? integer(assembly, scanner, 'the fill byte', -128, 255) : 0;
  if (amount !== undefined && fill !== undefined) addFill(assembly, amount, Uint8Array.of(fill), false, source);
};

/** `.fill repeat[, size[, value]]` */
const fillDirective: Directive = (assembly, scanner) => {
  scanner.peek();
  const source = scanner.base + scanner.pos;
  const amount = expression(assembly, scanner);
  const size = scanner.accept(CHAR.comma) ? integer(assembly, scanner, 'the size', 0, 8) : 1;
  const value = scanner.accept(CHAR.comma) ? absoluteExpression(assembly, scanner) : 0;
  if (amount === undefined || size === undefined || value === undefined || size === 0) return;
  const pattern = new Uint8Array(size);
  pattern.set(integerBytes(BigInt.asUintN(32, BigInt(value)), 8).slice(0, size));
  addFill(assembly, amount, pattern, false, source);
};

const LARGE_FILL = 1 << 16;

function addFill(assembly: Assembly, amount: Expression, pattern: Uint8Array, isOrigin: boolean, source: number): void {
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

const origin: Directive = (assembly, scanner) => {
  scanner.peek();
  const source = scanner.base + scanner.pos;
  const amount = expression(assembly, scanner);
  const fill = scanner.accept(CHAR.comma) ? integer(assembly, scanner, 'the fill byte', -128, 255) : 0;
  if (amount !== undefined && fill !== undefined) addFill(assembly, amount, Uint8Array.of(fill), true, source);
};

/** Each name of a list. */
function forEachName(assembly: Assembly, scanner: Scanner, action: (name: string, start: number) => void): void {
  do {
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.symbolName();
    if (name === '') {
      failHere(assembly, scanner, 'a symbol belongs here');
      return;
    }
    action(name, start);
  } while (scanner.accept(CHAR.comma));
}

const binding =
  (kind: 'local' | 'global' | 'weak'): Directive =>
  (assembly, scanner) =>
    forEachName(assembly, scanner, (name, start) => {
      assembly.symbols.get(name, scanner.base + start).binding = kind;
    });

const SYMBOL_TYPE_NAMES: Readonly<Record<string, SymbolType>> = {
  function: 'func',
  STT_FUNC: 'func',
  object: 'object',
  STT_OBJECT: 'object',
  notype: 'none',
  STT_NOTYPE: 'none',
  common: 'common',
  STT_COMMON: 'common',
  tls_object: 'tls',
  STT_TLS: 'tls',
};

/** `.type name, @function` */
const symbolType: Directive = (assembly, scanner) => {
  const name = scanner.symbolName();
  scanner.accept(CHAR.comma);
  if (!scanner.accept(CHAR.at) && !scanner.accept(CHAR.percent)) scanner.accept(CHAR.hash);
  scanner.peek();
  const start = scanner.pos;
  const kind = scanner.symbolName();
  const type = SYMBOL_TYPE_NAMES[kind];
  if (type === undefined) {
    const legal = Object.keys(SYMBOL_TYPE_NAMES)
      .filter((one) => !one.startsWith('STT'))
      .join(', ');
    fail(assembly, scanner, start, scanner.wordEnd(), `"${kind}" is not a symbol type`, `types are ${legal}`);
    return;
  }
  assembly.symbols.get(name).type = type;
};

/** `.size name, expression` */
const symbolSize: Directive = (assembly, scanner) => {
  const name = scanner.symbolName();
  if (!scanner.accept(CHAR.comma)) {
    failHere(assembly, scanner, 'a comma and the size belong here');
    return;
  }
  const size = expression(assembly, scanner);
  if (size !== undefined) assembly.symbols.get(name).size = size;
};

/** `.set name, expression`; `.equiv` refuses a name that has a value. */
function set(isOnce: boolean): Directive {
  return (assembly, scanner) => {
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.symbolName();
    if (name === '' || !scanner.accept(CHAR.comma)) {
      failHere(assembly, scanner, 'a symbol, a comma and a value belong here');
      return;
    }
    assign(assembly, scanner, name, start, isOnce);
  };
}

/** Gives `name` the value of the expression that comes next. */
export function assign(assembly: Assembly, scanner: Scanner, name: string, start: number, isOnce: boolean): void {
  const value = expression(assembly, scanner);
  if (value === undefined) return;
  if (name === '.') {
    addFill(assembly, value, Uint8Array.of(0), true, scanner.base + start);
    return;
  }
  let symbol = assembly.symbols.get(name, scanner.base + start);
  if (symbol.isDefined && (isOnce || !symbol.isSet)) {
    fail(assembly, scanner, start, start + name.length, `"${name}" is defined already`);
    return;
  }
  if (symbol.place !== undefined) symbol = assembly.symbols.replace(name, scanner.base + start);
  symbol.isSet = true;
  if (value.kind === 'symbol') {
    if (symbol.type === 'none') symbol.type = value.symbol.type;
    symbol.size ??= value.symbol.size;
  }
  const known = assembly.absolute(value);
  if (known === undefined && value.kind === 'symbol' && value.symbol.place !== undefined) {
    symbol.place = movedBy(value.symbol.place, Number(value.addend));
  } else symbol.value = known === undefined ? value : constant(known);
}

/** The alignment that .lcomm gives a variable: that of the largest scalar it can hold. */
const naturalAlign = (size: number): number => (size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1);

/** `.comm name, size[, align]` */
function common(kind: 'global' | 'local'): Directive {
  return (assembly, scanner) => {
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.symbolName();
    if (name === '' || !scanner.accept(CHAR.comma)) {
      failHere(assembly, scanner, 'a symbol, a comma and a size belong here');
      return;
    }
    const size = integer(assembly, scanner, 'the size', 0, 2 ** 40);
    const align = scanner.accept(CHAR.comma) ? integer(assembly, scanner, 'the alignment', 1, 2 ** 31) : undefined;
    if (size === undefined) return;
    const symbol = assembly.symbols.get(name, scanner.base + start);
    if (kind === 'global' && symbol.binding !== 'local') {
      symbol.common = { size, align: align ?? Math.min(16, 2 ** Math.ceil(Math.log2(Math.max(1, size)))) };
      symbol.binding ??= 'global';
      return;
    }
    if (symbol.isDefined) {
      fail(assembly, scanner, start, start + name.length, `"${name}" is defined already`);
      return;
    }
    symbol.type = 'object';
    symbol.size = constant(size);
    assembly.localCommons.push({ symbol, size, align: align ?? (kind === 'local' ? naturalAlign(size) : 1) });
  };
}

/** Puts the symbols of .lcomm at the end of .bss, where GNU as has them. */
export function allocateLocalCommons(assembly: Assembly): void {
  assembly.enter(assembly.findSection('.bss')!);
  for (const { symbol, size, align: bytes } of assembly.localCommons) {
    alignSection(assembly, bytes, undefined, Number.POSITIVE_INFINITY);
    symbol.place = assembly.section.here();
    addFill(assembly, constant(size), Uint8Array.of(0), false, symbol.mentionedAt);
  }
}

const { write, alloc, exec, merge, tls, strings: stringsFlag } = SECTION_FLAGS;
const { progbits, nobits } = SECTION_TYPES;

const FLAG_LETTERS: Readonly<Record<string, number>> = {
  a: alloc,
  w: write,
  x: exec,
  M: merge,
  S: stringsFlag,
  G: 0x200,
  T: tls,
};
const TYPE_NAMES: Readonly<Record<string, number>> = {
  progbits,
  nobits,
  note: 7,
  init_array: 14,
  fini_array: 15,
  preinit_array: 16,
};

/** Flags and type of a section that a directive names without them, by the start of its name. */
const KNOWN_SECTIONS: readonly (readonly [prefix: string, flags: number, type: number])[] = [
  ['.text', alloc | exec, progbits],
  ['.init_array', alloc | write, 14],
  ['.fini_array', alloc | write, 15],
  ['.init', alloc | exec, progbits],
  ['.fini', alloc | exec, progbits],
  ['.data', alloc | write, progbits],
  ['.sdata', alloc | write, progbits],
  ['.rodata', alloc, progbits],
  ['.srodata', alloc, progbits],
  ['.bss', alloc | write, nobits],
  ['.sbss', alloc | write, nobits],
  ['.tdata', alloc | write | tls, progbits],
  ['.tbss', alloc | write | tls, nobits],
];

const knownSection = (name: string): readonly [flags: number, type: number] => {
  const known = KNOWN_SECTIONS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`));
  return known === undefined ? [0, progbits] : [known[1], known[2]];
};

/** `.section name[, "flags"[, @type[, entry size]]]` */
const sectionDirective: Directive = (assembly, scanner) => {
  const name = sectionName(scanner);
  if (name === '') {
    failHere(assembly, scanner, 'a section name belongs here');
    return;
  }
  let [flags, type] = knownSection(name);
  let entrySize = 0;
  if (scanner.accept(CHAR.comma) && scanner.peek() === CHAR.quote) {
    const start = scanner.pos;
    const letters = scanner.string();
    flags = 0;
    for (const letter of typeof letters === 'string' ? letters : '') {
      const flag = FLAG_LETTERS[letter];
      if (flag === undefined) {
        const legal = Object.keys(FLAG_LETTERS).join('');
        fail(assembly, scanner, start, scanner.pos, `"${letter}" is not a section flag`, `flags are ${legal}`);
      } else flags |= flag;
    }
    if (scanner.accept(CHAR.comma)) {
      if (scanner.accept(CHAR.at) || scanner.accept(CHAR.percent)) {
        scanner.peek();
        const typeStart = scanner.pos;
        const typeName = scanner.name();
        const found = TYPE_NAMES[typeName];
        if (found === undefined) {
          const legal = Object.keys(TYPE_NAMES).join(', ');
          fail(
            assembly,
            scanner,
            typeStart,
            scanner.wordEnd(),
            `"${typeName}" is not a section type`,
            `types are ${legal}`,
          );
        } else type = found;
      }
      if (scanner.accept(CHAR.comma)) entrySize = integer(assembly, scanner, 'the entry size', 0, 2 ** 20) ?? 0;
      if (scanner.accept(CHAR.comma)) {
        // A section group: named, perhaps "comdat". Groups matter to linkers that drop duplicates only.
        scanner.symbolName();
        if (scanner.accept(CHAR.comma)) scanner.name();
      }
    }
  }
  if (entrySize === 0 && POINTER_ARRAYS.has(type)) entrySize = 8;
  assembly.enter(assembly.getSection(name, type, flags, entrySize));
};

/** Types of sections whose entries are addresses. */
const POINTER_ARRAYS: ReadonlySet<number> = new Set([14, 15, 16]);

/** Section names may have dashes and the like. */
function sectionName(scanner: Scanner): string {
  if (scanner.peek() === CHAR.quote) return scanner.symbolName();
  const pattern = /[\w.$\-+/@]+/y;
  pattern.lastIndex = scanner.pos;
  const [name = ''] = pattern.exec(scanner.text) ?? [];
  scanner.pos += name.length;
  return name;
}

const enter =
  (name: string): Directive =>
  (assembly, scanner) => {
    const [flags, type] = knownSection(name);
    if (!scanner.atStatementEnd()) {
      const subsection = integer(assembly, scanner, 'the subsection', 0, 0);
      if (subsection === undefined) return;
    }
    const section = assembly.getSection(name, type, flags, 0);
    // GNU as does not count .bss as a section that .previous returns from.
    if (name === '.bss') assembly.section = section;
    else assembly.enter(section);
  };

const pushSection: Directive = (assembly, scanner) => {
  assembly.sectionStack.push({ section: assembly.section, previous: assembly.previousSection });
  sectionDirective(assembly, scanner);
};

const popSection: Directive = (assembly, scanner) => {
  const saved = assembly.sectionStack.pop();
  if (saved === undefined) {
    failHere(assembly, scanner, 'there is no .pushsection before this .popsection');
    return;
  }
  assembly.section = saved.section;
  assembly.previousSection = saved.previous;
};

const OPTIONS = ['rvc', 'norvc', 'relax', 'norelax', 'pic', 'nopic', 'push', 'pop', 'arch'] as const;

const option: Directive = (assembly, scanner) => {
  scanner.peek();
  const start = scanner.pos;
  const name = scanner.name() as (typeof OPTIONS)[number];
  const { options } = assembly;
  switch (name) {
    case 'rvc':
    case 'norvc':
      assembly.options = { ...options, compressed: name === 'rvc' };
      return;
    case 'relax':
    case 'norelax':
      assembly.options = { ...options, relax: name === 'relax' };
      return;
    case 'pic':
    case 'nopic':
      assembly.options = { ...options, pic: name === 'pic' };
      return;
    case 'push':
      assembly.optionStack.push(options);
      return;
    case 'pop': {
      const saved = assembly.optionStack.pop();
      if (saved === undefined) fail(assembly, scanner, start, scanner.pos, 'there is no .option push before this pop');
      else assembly.options = saved;
      return;
    }
    case 'arch':
      optionArch(assembly, scanner);
      return;
    default:
      fail(
        assembly,
        scanner,
        start,
        scanner.wordEnd(),
        `unknown option "${name}"`,
        `options are ${OPTIONS.join(', ')}`,
      );
  }
};

/** `.option arch, +c, -c, rv64gc`: of RV64GC only C can be switched. */
function optionArch(assembly: Assembly, scanner: Scanner): void {
  while (scanner.accept(CHAR.comma)) {
    scanner.peek();
    const start = scanner.pos;
    const sign = scanner.accept(CHAR.plus) ? '+' : scanner.accept(CHAR.minus) ? '-' : '';
    const name = scanner.name();
    if (name === 'c' && sign !== '') assembly.options = { ...assembly.options, compressed: sign === '+' };
    else if (sign === '' && /^rv64/.test(name)) {
      assembly.options = {
        ...assembly.options,
        compressed: hasCompressed(name),
      };
    } else if (!(sign === '+' && /^(?:[imafd]|zicsr|zifencei)$/.test(name))) {
      fail(
        assembly,
        scanner,
        start,
        scanner.pos,
        `"${sign}${name}" is not an extension that can be switched`,
        'legal: +c, -c, rv64gc',
      );
    }
  }
}

/** Is C among the single letters of an architecture? */
const hasCompressed = (arch: string): boolean => /^rv64[a-y]*c/.test(arch.replace(/\d+p\d+_?/g, ''));

/** `.attribute arch, "rv64i2p1_…"` */
const attribute: Directive = (assembly, scanner) => {
  scanner.peek();
  const start = scanner.pos;
  const name = scanner.name().replace(/^Tag_RISCV_/, '');
  const tag = name === '' ? integer(assembly, scanner, 'the tag', 1, 2 ** 20) : ATTRIBUTE_TAGS[name];
  if (tag === undefined) {
    if (name !== '')
      fail(
        assembly,
        scanner,
        start,
        scanner.pos,
        `unknown attribute "${name}"`,
        `attributes are ${Object.keys(ATTRIBUTE_TAGS).join(', ')}`,
      );
    return;
  }
  scanner.accept(CHAR.comma);
  if (tag % 2 === 0) {
    const value = integer(assembly, scanner, 'the attribute', 0, 2 ** 32);
    if (value !== undefined) assembly.attributes.set(tag, value);
    return;
  }
  const text = scanner.peek() === CHAR.quote ? scanner.string() : undefined;
  if (typeof text === 'string') {
    assembly.attributes.set(tag, text);
    if (tag === ATTRIBUTE_TAGS.arch) assembly.options = { ...assembly.options, compressed: hasCompressed(text) };
  } else failHere(assembly, scanner, 'a string belongs here');
};

/** `.ident "text"` goes to .comment, after a zero byte. */
const ident: Directive = (assembly, scanner) => {
  const text = scanner.peek() === CHAR.quote ? scanner.string() : undefined;
  if (typeof text !== 'string') {
    failHere(assembly, scanner, 'a string belongs here');
    return;
  }
  const section = assembly.getSection('.comment', progbits, merge | stringsFlag, 1);
  if (section.length === 0) section.reserve(1);
  const offset = section.reserve(text.length + 1);
  for (let i = 0; i < text.length; i++) section.bytes[offset + i] = text.charCodeAt(i);
};

/** `.file "name"` names the source, which the object does not record; `.file number ["directory"] "name"` is for `.loc`. */
const fileDirective: Directive = (assembly, scanner) => {
  const isNumbered = scanner.peek() !== CHAR.quote;
  const number = isNumbered ? integer(assembly, scanner, 'the file number', 0, MAX_FILES) : undefined;
  if (isNumbered && number === undefined) return;
  const names: string[] = [];
  while (scanner.peek() === CHAR.quote && names.length < 2) {
    const name = scanner.string();
    if (typeof name !== 'string') {
      fail(assembly, scanner, name.start, name.end, name.message);
      return;
    }
    names.push(name);
  }
  const name = names.at(-1);
  if (name === undefined) {
    failHere(assembly, scanner, 'a file name in double quotes belongs here');
    return;
  }
  if (scanner.peek() !== CHAR.newline) skipToEnd(assembly, scanner);
  if (number !== undefined) assembly.lines.addFile(number, names.length > 1 ? names[0] : undefined, name);
};

const MAX_FILES = 100_000;

/** `.loc file line [column] [options]` */
const loc: Directive = (assembly, scanner) => {
  scanner.peek();
  const start = scanner.pos;
  const file = integer(assembly, scanner, 'the file number', 0, MAX_FILES);
  const line = file === undefined ? undefined : integer(assembly, scanner, 'the line', 0, 2 ** 31);
  if (file === undefined || line === undefined) return;
  if (!assembly.lines.hasFile(file)) {
    fail(
      assembly,
      scanner,
      start,
      start + String(file).length,
      `file ${file} has no name`,
      `.file ${file} "name" gives it one`,
    );
    return;
  }
  let { column, isStatement } = assembly.lines.current;
  if (isDigit(scanner.peek())) column = integer(assembly, scanner, 'the column', 0, 2 ** 31) ?? 0;
  let discriminator = 0;
  const flags = new Set<'basic_block' | 'prologue_end' | 'epilogue_begin'>();
  while (!scanner.atStatementEnd()) {
    scanner.peek();
    const optionStart = scanner.pos;
    const name = scanner.name();
    if (name === 'is_stmt') isStatement = integer(assembly, scanner, 'is_stmt', 0, 1) === 1;
    else if (name === 'discriminator') discriminator = integer(assembly, scanner, 'the discriminator', 0, 2 ** 31) ?? 0;
    else if (name === 'isa') integer(assembly, scanner, 'the instruction set', 0, 0);
    else if (name === 'view') expression(assembly, scanner);
    else if (name === 'basic_block' || name === 'prologue_end' || name === 'epilogue_begin') flags.add(name);
    else {
      const legal = 'is_stmt, discriminator, basic_block, prologue_end, epilogue_begin, isa, view';
      fail(
        assembly,
        scanner,
        optionStart,
        scanner.wordEnd(),
        `"${name}" is not an option of .loc`,
        `options are ${legal}`,
      );
      return;
    }
  }
  assembly.lines.setLocation({ file, line, column, isStatement, discriminator, flags }, assembly.section);
};

/** Directives whose information this assembler has no place for, by nature of its output. */
const skipToEnd: Directive = (_, scanner) => {
  while (!scanner.atStatementEnd()) {
    if (scanner.peek() === CHAR.quote) {
      if (typeof scanner.string() !== 'string') return;
    } else scanner.pos++;
  }
};

const message =
  (isError: boolean): Directive =>
  (assembly, scanner) => {
    const start = scanner.pos;
    const text = scanner.peek() === CHAR.quote ? scanner.string() : 'the source asked for an error here';
    if (isError) fail(assembly, scanner, start, scanner.pos, typeof text === 'string' ? text : text.message);
  };

/** Unwind information. It is read and not written: nothing that runs without an operating system unwinds its stack. */
const CFI_DIRECTIVES = [
  ...['sections', 'startproc', 'endproc', 'personality', 'lsda', 'def_cfa', 'def_cfa_register', 'def_cfa_offset'],
  ...['adjust_cfa_offset', 'offset', 'rel_offset', 'register', 'restore', 'undefined', 'same_value', 'remember_state'],
  ...['restore_state', 'return_column', 'signal_frame', 'window_save', 'escape', 'val_offset'],
].map((name) => `.cfi_${name}`);

export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  ['.byte', data(1)],
  ['.1byte', data(1)],
  ['.half', data(2)],
  ['.hword', data(2)],
  ['.short', data(2)],
  ['.2byte', data(2)],
  ['.word', data(4)],
  ['.long', data(4)],
  ['.int', data(4)],
  ['.4byte', data(4)],
  ['.dword', data(8)],
  ['.quad', data(8)],
  ['.8byte', data(8)],
  ['.float', floats(4)],
  ['.single', floats(4)],
  ['.double', floats(8)],
  ['.ascii', strings(false)],
  ['.asciz', strings(true)],
  ['.string', strings(true)],
  ['.uleb128', leb(false)],
  ['.sleb128', leb(true)],
  ['.align', align(true)],
  ['.p2align', align(true)],
  ['.p2alignw', align(true, 2)],
  ['.p2alignl', align(true, 4)],
  ['.balign', align(false)],
  ['.balignw', align(false, 2)],
  ['.balignl', align(false, 4)],
  ['.zero', space],
  ['.skip', space],
  ['.space', space],
  ['.fill', fillDirective],
  ['.org', origin],
  ['.globl', binding('global')],
  ['.global', binding('global')],
  ['.weak', binding('weak')],
  ['.local', binding('local')],
  ['.type', symbolType],
  ['.size', symbolSize],
  ['.set', set(false)],
  ['.equ', set(false)],
  ['.equiv', set(true)],
  ['.comm', common('global')],
  ['.common', common('global')],
  ['.lcomm', common('local')],
  ['.section', sectionDirective],
  ['.text', enter('.text')],
  ['.data', enter('.data')],
  ['.bss', enter('.bss')],
  ['.pushsection', pushSection],
  ['.popsection', popSection],
  ['.previous', (assembly) => assembly.enter(assembly.previousSection)],
  ['.option', option],
  ['.attribute', attribute],
  ['.ident', ident],
  ['.file', fileDirective],
  ['.loc', loc],
  ...CFI_DIRECTIVES.map((name): [string, Directive] => [name, skipToEnd]),
  ['.hidden', skipToEnd],
  ['.protected', skipToEnd],
  ['.internal', skipToEnd],
  ['.print', message(false)],
  ['.err', message(true)],
  ['.error', message(true)],
]);
