/**
 * Names for addresses, chosen as GNU objdump chooses them: of several symbols at one address the one that says most,
 * and for an address between symbols the nearest one before it.
 */
import type { ElfFile, ElfSymbol } from '../elf/format.ts';

/** Symbols that can name an address, in the order in which they are looked for. */
export class SymbolOrder {
  readonly #symbols: ElfSymbol[];
  readonly #isRelocatable: boolean;
  readonly #file: ElfFile;
  /** Half-open stretches of symbols with one value but several sections. */
  readonly #mixedRuns: readonly (readonly [start: number, end: number])[];

  constructor(file: ElfFile) {
    this.#file = file;
    this.#isRelocatable = file.type === 'rel';
    this.#symbols = file.symbols.filter(isUseful).sort(compareSymbols);
    this.#mixedRuns = runs(this.#symbols).filter(([start, end]) =>
      this.#symbols.slice(start, end).some(({ section }) => section !== this.#symbols[start]!.section),
    );
  }

  get symbols(): readonly ElfSymbol[] {
    return this.#symbols;
  }

  /** From now on, symbols of sections of this name come first among those of one value. */
  prefer(sectionName: string): void {
    const isPreferred = ({ section }: ElfSymbol): boolean =>
      typeof section === 'number' && this.#file.sections[section]!.name === sectionName;
    const preferred = preferring(isPreferred);
    for (const [start, end] of this.#mixedRuns) {
      const run = this.#symbols.slice(start, end).sort((a, b) => preferred(a, b) || compareSymbols(a, b));
      for (const [i, symbol] of run.entries()) this.#symbols[start + i] = symbol;
    }
  }

  /**
   * Index of the symbol that names `addr`, or -1.
   * @param section where the address was met
   * @param mustBeInSection only symbols of the section will do
   */
  find(addr: bigint, section: number, mustBeInSection = false): number {
    const symbols = this.#symbols;
    if (symbols.length === 0) return -1;
    const first = this.#firstOfNearest(addr);
    let end = first;
    for (; end < symbols.length && symbols[end]!.value === symbols[first]!.value; end++) {
      if (symbols[end]!.section === section && isName(symbols[end]!)) return end;
    }
    const wantsSection = mustBeInSection || (this.#isRelocatable && this.#isInside(addr, section));
    const isSuitable = (symbol: ElfSymbol): boolean => (!wantsSection || symbol.section === section) && isName(symbol);
    if (isSuitable(symbols[first]!)) return first;
    const before = this.#firstOfLastRun(end - 1, isSuitable);
    if (before >= 0) return before;
    return symbols.findIndex((symbol, index) => index > first && isSuitable(symbol));
  }

  /** First of the symbols that share the greatest value up to `addr`; the first of all when none is that low. */
  #firstOfNearest(addr: bigint): number {
    const symbols = this.#symbols;
    let low = 0;
    let high = symbols.length;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (symbols[middle]!.value > addr) high = middle;
      else low = middle;
    }
    while (low > 0 && symbols[low - 1]!.value === symbols[low]!.value) low--;
    return low;
  }

  /** Going down from `start`: the first symbol of the nearest run of equal values that has suitable ones. */
  #firstOfLastRun(start: number, isSuitable: (symbol: ElfSymbol) => boolean): number {
    const symbols = this.#symbols;
    let found = -1;
    for (let i = start; i >= 0; i--) {
      if (!isSuitable(symbols[i]!)) continue;
      if (found >= 0 && symbols[i]!.value !== symbols[found]!.value) break;
      found = i;
    }
    return found;
  }

  #isInside(addr: bigint, section: number): boolean {
    const { addr: start, size } = this.#file.sections[section]!;
    return addr >= start && addr < start + size;
  }
}

function runs(symbols: readonly ElfSymbol[]): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (let start = 0; start < symbols.length; ) {
    let end = start + 1;
    while (symbols[end]?.value === symbols[start]!.value) end++;
    found.push([start, end]);
    start = end;
  }
  return found;
}

const isUseful = ({ name, type, section }: ElfSymbol): boolean =>
  name !== '' && type !== 'section' && type !== 'file' && section !== 'undefined' && section !== 'common';

/** $x… and $d… tell code from data: they name nothing. */
export const isMappingSymbol = (name: string): boolean => /^\$[xd]/.test(name);

/** Label that GNU as makes for itself, in DWARF and for relaxation. */
const FAKE_LABEL = '.L0 ';

export const isName = ({ name }: ElfSymbol): boolean => name !== FAKE_LABEL && !isMappingSymbol(name);

const compareNumbers = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** True comes before false. */
const preferring =
  (has: (symbol: ElfSymbol) => boolean) =>
  (a: ElfSymbol, b: ElfSymbol): number =>
    Number(has(b)) - Number(has(a));

/** The criteria, the weightiest first. */
const CRITERIA: readonly ((a: ElfSymbol, b: ElfSymbol) => number)[] = [
  (a, b) => compareNumbers(a.value, b.value),
  preferring(({ name }) => !/gnu_compiled|gcc2_compiled/.test(name)),
  preferring(({ name }) => !/.\.[oa]$/.test(name)),
  preferring(({ type }) => type === 'object' || type === 'common'),
  preferring(({ type }) => type === 'func'),
  preferring(({ binding }) => binding !== 'local'),
  preferring(({ binding }) => binding === 'global'),
  (a, b) => compareNumbers(b.size, a.size),
  preferring(({ name }) => !name.startsWith('.')),
  (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
];

function compareSymbols(a: ElfSymbol, b: ElfSymbol): number {
  for (const criterion of CRITERIA) {
    const order = criterion(a, b);
    if (order !== 0) return order;
  }
  return 0;
}
