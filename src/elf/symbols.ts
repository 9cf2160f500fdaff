import type { ElfSymbol } from './format.ts';

export interface SymbolLocation {
  readonly symbol: ElfSymbol;
  /** Bytes from the start of the symbol. */
  readonly offset: bigint;
}

/** Finds the symbol that an address belongs to: the last one that starts at or before it. */
export class SymbolIndex {
  readonly #sorted: readonly ElfSymbol[];
  readonly #byName: ReadonlyMap<string, ElfSymbol>;

  constructor(symbols: readonly ElfSymbol[]) {
    const defined = symbols.filter(({ section, name }) => section !== 'undefined' && name !== '');
    this.#byName = new Map(defined.toReversed().map((symbol) => [symbol.name, symbol]));
    this.#sorted = defined.filter(isPlace).sort((a, b) => compare(a.value, b.value) || rank(a) - rank(b));
  }

  byName(name: string): ElfSymbol | undefined {
    return this.#byName.get(name);
  }

  /** @returns nothing when no symbol starts before `addr`, or the nearest one has a size and ends before it */
  at(addr: bigint): SymbolLocation | undefined {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]!.value <= addr) low = middle + 1;
      else high = middle;
    }
    const symbol = this.#sorted[low - 1];
    if (symbol === undefined) return undefined;
    const offset = addr - symbol.value;
    return symbol.size > 0n && offset >= symbol.size ? undefined : { symbol, offset };
  }

  /** `name+0x10`, or `name` at its start; nothing outside all symbols. */
  describe(addr: bigint): string | undefined {
    const found = this.at(addr);
    if (found === undefined) return undefined;
    return found.offset === 0n ? found.symbol.name : `${found.symbol.name}+0x${found.offset.toString(16)}`;
  }
}

/** Labels of code and data; not sections, files, constants, nor the mapping symbols ($x, $d) and local labels of GNU as. */
const isPlace = ({ name, type, section }: ElfSymbol): boolean =>
  typeof section === 'number' &&
  type !== 'section' &&
  type !== 'file' &&
  !name.startsWith('$') &&
  !name.startsWith('.L');

/** At one address the last of the order is found: functions before objects before labels, globals before locals. */
const rank = ({ type, binding }: ElfSymbol): number =>
  (type === 'func' ? 4 : type === 'object' ? 2 : 0) + (binding === 'local' ? 0 : 1);

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
