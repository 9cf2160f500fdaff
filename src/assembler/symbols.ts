/** Symbols of one assembly: what each name stands for, as far as it is known. */
import type { SymbolBinding, SymbolType } from '../elf/format.ts';
import type { Expression } from './expression.ts';
import type { Section } from './section.ts';

/** A place in a section: after `offset` fixed bytes and the first `fragment` variable parts. */
export interface Place {
  readonly section: Section;
  readonly offset: number;
  readonly fragment: number;
}

/** The place `bytes` further on. */
export const movedBy = ({ section, offset, fragment }: Place, bytes: number): Place => ({
  section,
  offset: offset + bytes,
  fragment,
});

export class AsmSymbol {
  readonly name: string;
  /** Where a label is. */
  place: Place | undefined;
  /** What a symbol set with .set or = stands for. */
  value: Expression | undefined;
  /** Bytes and alignment of a .comm symbol. */
  common: { readonly size: number; readonly align: number } | undefined;
  binding: SymbolBinding | undefined;
  type: SymbolType = 'none';
  size: Expression | undefined;
  /** May .set give it another value? */
  isSet = false;
  /** Where it was first mentioned, for messages about undefined symbols. */
  readonly mentionedAt: number;

  constructor(name: string, mentionedAt = -1) {
    this.name = name;
    this.mentionedAt = mentionedAt;
  }

  get isDefined(): boolean {
    return this.place !== undefined || this.value !== undefined || this.common !== undefined;
  }

  /** Left out of the symbol table unless a relocation needs it: labels that begin with .L. */
  get isTemporary(): boolean {
    return this.name.startsWith('.L');
  }
}

/** Numeric labels (`1:`, `1f`, `1b`) become symbols that no source text can spell. */
const numericName = (label: number, count: number): string => `.L${label}${NUMERIC_SEPARATOR}${count}`;
const NUMERIC_SEPARATOR = '\u0002';

export class SymbolTable {
  readonly #byName = new Map<string, AsmSymbol>();
  readonly #numericCounts = new Map<number, number>();

  /** The symbol of that name, made if need be. */
  get(name: string, mentionedAt = -1): AsmSymbol {
    let symbol = this.#byName.get(name);
    if (symbol === undefined) {
      symbol = new AsmSymbol(name, mentionedAt);
      this.#byName.set(name, symbol);
    }
    return symbol;
  }

  /** A fresh symbol of that name; expressions read so far keep the old one. */
  replace(name: string, mentionedAt: number): AsmSymbol {
    const symbol = new AsmSymbol(name, mentionedAt);
    this.#byName.set(name, symbol);
    return symbol;
  }

  find(name: string): AsmSymbol | undefined {
    return this.#byName.get(name);
  }

  /** A symbol without an entry by name, for places that the assembler itself refers to. */
  anonymous(name: string, place: Place): AsmSymbol {
    const symbol = new AsmSymbol(name);
    symbol.place = place;
    return symbol;
  }

  /** The symbol that the next definition `label:` defines. */
  defineNumeric(label: number): AsmSymbol {
    const count = (this.#numericCounts.get(label) ?? 0) + 1;
    this.#numericCounts.set(label, count);
    return this.get(numericName(label, count));
  }

  /** `1b`: the last definition. Nothing when there is none. */
  lastNumeric(label: number): AsmSymbol | undefined {
    const count = this.#numericCounts.get(label);
    return count === undefined ? undefined : this.get(numericName(label, count));
  }

  /** `1f`: the next definition. */
  nextNumeric(label: number, mentionedAt: number): AsmSymbol {
    return this.get(numericName(label, (this.#numericCounts.get(label) ?? 0) + 1), mentionedAt);
  }

  all(): IterableIterator<AsmSymbol> {
    return this.#byName.values();
  }
}

/** How a numeric label was written, for messages: `1` for the symbol of `1:`. */
export function displayName({ name }: AsmSymbol): string {
  const end = name.indexOf(NUMERIC_SEPARATOR);
  return end < 0 ? name : name.slice('.L'.length, end);
}
