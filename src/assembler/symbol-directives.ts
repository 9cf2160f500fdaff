/** Directives about symbols: binding, type, size, value, common blocks. */
import type { SymbolType } from '../elf/format.ts';
import type { Assembly } from './assembly.ts';
import { type Directive, errorHere, errorIn, readExpression, readInteger } from './directive.ts';
import { constant } from './expression.ts';
import { addFill, alignSection } from './fill-directives.ts';
import { CHAR, type Scanner } from './scanner.ts';
import { movedBy } from './symbols.ts';

/** Each name of a list. */
function forEachName(assembly: Assembly, scanner: Scanner, action: (name: string, start: number) => void): void {
  do {
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.symbolName();
    if (name === '') {
      errorHere(assembly, scanner, 'a symbol belongs here');
      return;
    }
    action(name, start);
  } while (scanner.accept(CHAR.comma));
}

export const binding =
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
export const symbolType: Directive = (assembly, scanner) => {
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
    errorIn(assembly, scanner, start, scanner.wordEnd(), `"${kind}" is not a symbol type`, `types are ${legal}`);
    return;
  }
  assembly.symbols.get(name).type = type;
};

/** `.size name, expression` */
export const symbolSize: Directive = (assembly, scanner) => {
  const name = scanner.symbolName();
  if (!scanner.accept(CHAR.comma)) {
    errorHere(assembly, scanner, 'a comma and the size belong here');
    return;
  }
  const size = readExpression(assembly, scanner);
  if (size !== undefined) assembly.symbols.get(name).size = size;
};

/** `.set name, expression`; `.equiv` refuses a name that has a value. */
export function set(isOnce: boolean): Directive {
  return (assembly, scanner) => {
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.symbolName();
    if (name === '' || !scanner.accept(CHAR.comma)) {
      errorHere(assembly, scanner, 'a symbol, a comma and a value belong here');
      return;
    }
    assign(assembly, scanner, name, start, isOnce);
  };
}

/** Gives `name` the value of the expression that comes next. */
export function assign(assembly: Assembly, scanner: Scanner, name: string, start: number, isOnce: boolean): void {
  const value = readExpression(assembly, scanner);
  if (value === undefined) return;
  if (name === '.') {
    addFill(assembly, value, Uint8Array.of(0), true, scanner.base + start);
    return;
  }
  let symbol = assembly.symbols.get(name, scanner.base + start);
  if (symbol.isDefined && (isOnce || !symbol.isSet)) {
    errorIn(assembly, scanner, start, start + name.length, `"${name}" is defined already`);
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
export function common(kind: 'global' | 'local'): Directive {
  return (assembly, scanner) => {
    scanner.peek();
    const start = scanner.pos;
    const name = scanner.symbolName();
    if (name === '' || !scanner.accept(CHAR.comma)) {
      errorHere(assembly, scanner, 'a symbol, a comma and a size belong here');
      return;
    }
    const size = readInteger(assembly, scanner, 'the size', 0, 2 ** 40);
    const align = scanner.accept(CHAR.comma) ? readInteger(assembly, scanner, 'the alignment', 1, 2 ** 31) : undefined;
    if (size === undefined) return;
    const symbol = assembly.symbols.get(name, scanner.base + start);
    if (kind === 'global' && symbol.binding !== 'local') {
      symbol.common = { size, align: align ?? Math.min(16, 2 ** Math.ceil(Math.log2(Math.max(1, size)))) };
      symbol.binding ??= 'global';
      return;
    }
    if (symbol.isDefined) {
      errorIn(assembly, scanner, start, start + name.length, `"${name}" is defined already`);
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
