/**
 * Reads one source text by character codes. A statement ends at a newline, at `;`, or where a `#` comment begins; the
 * reader of a statement stops there and the driver moves on.
 */
import type { Int64 } from '../support/int64.ts';
import { toInt64 } from '../support/int64.ts';

const BLANK = 1;
const STATEMENT_END = 2;
const NAME_START = 4;
const NAME_PART = 8;
const DIGIT = 16;

export const CHAR = {
  tab: 9,
  newline: 10,
  quote: 34,
  hash: 35,
  dollar: 36,
  percent: 37,
  apostrophe: 39,
  open: 40,
  close: 41,
  star: 42,
  plus: 43,
  comma: 44,
  minus: 45,
  slash: 47,
  zero: 48,
  colon: 58,
  semicolon: 59,
  less: 60,
  equals: 61,
  greater: 62,
  at: 64,
  backslash: 92,
} as const;

const CLASSES = new Uint8Array(256);
for (const blank of [' ', '\t', '\r', '\f']) CLASSES[blank.charCodeAt(0)] = BLANK;
for (const end of ['\n', ';', '#']) CLASSES[end.charCodeAt(0)] = STATEMENT_END;
for (let c = 0; c < 256; c++) {
  const isLetter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c >= 128;
  if (isLetter || c === 95 || c === 46 || c === CHAR.dollar) CLASSES[c] = NAME_START | NAME_PART;
  if (c >= 48 && c <= 57) CLASSES[c] = DIGIT | NAME_PART;
}

/** Class bits of a character code; codes past Latin-1 are letters, NaN (the end of the text) ends the statement. */
const classOf = (code: number): number =>
  code < 256 ? CLASSES[code]! : Number.isNaN(code) ? STATEMENT_END : NAME_START | NAME_PART;

export const isNameStart = (code: number): boolean => (classOf(code) & NAME_START) !== 0;
export const isDigit = (code: number): boolean => (classOf(code) & DIGIT) !== 0;

/** A number's digits were wrong: where, and what is legal. */
export interface ScanFailure {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export class Scanner {
  readonly text: string;
  /** Position of the text among all source texts of the assembly; `base + pos` names a place for good. */
  readonly base: number;
  pos = 0;

  constructor(text: string, base = 0) {
    this.text = text;
    this.base = base;
  }

  /** Moves over blanks and comments inside a line; the code of what follows. */
  peek(): number {
    const { text } = this;
    let pos = this.pos;
    let code = text.charCodeAt(pos);
    while (classOf(code) === BLANK || (code === CHAR.slash && text.charCodeAt(pos + 1) === CHAR.star)) {
      if (code === CHAR.slash) {
        const end = text.indexOf('*/', pos + 2);
        pos = end < 0 ? text.length : end + 2;
      } else pos++;
      code = text.charCodeAt(pos);
    }
    this.pos = pos;
    return code;
  }

  atStatementEnd(): boolean {
    return (classOf(this.peek()) & STATEMENT_END) !== 0;
  }

  /** Moves past `code` if it comes next. */
  accept(code: number): boolean {
    if (this.peek() !== code) return false;
    this.pos++;
    return true;
  }

  /** The name that comes next, or the empty string. */
  name(): string {
    const start = this.pos;
    let code = this.peek();
    if ((classOf(code) & NAME_START) === 0) return '';
    const from = this.pos;
    do code = this.text.charCodeAt(++this.pos);
    while ((classOf(code) & NAME_PART) !== 0);
    return start === this.pos ? '' : this.text.slice(from, this.pos);
  }

  /** A name, or one in double quotes. */
  symbolName(): string {
    if (this.peek() !== CHAR.quote) return this.name();
    const text = this.string();
    return typeof text === 'string' ? text : '';
  }

  /** Run of name characters and digits at the current position, for messages. */
  wordEnd(): number {
    let end = this.pos;
    while ((classOf(this.text.charCodeAt(end)) & NAME_PART) !== 0) end++;
    return Math.max(end, Math.min(this.pos + 1, this.text.length));
  }

  /**
   * A decimal, hexadecimal (0x), binary (0b) or octal (0) number.
   * @returns nothing when the digits make no number; the position is then unchanged
   */
  number(): Int64 | undefined {
    const { text } = this;
    const start = this.pos;
    let code = text.charCodeAt(start);
    let radix = 10;
    let pos = start;
    if (code === CHAR.zero) {
      const next = text.charCodeAt(start + 1) | 0x20;
      if (next === 0x78) [radix, pos] = [16, start + 2];
      else if (next === 0x62 && isBinaryDigit(text.charCodeAt(start + 2))) [radix, pos] = [2, start + 2];
      else if (isDigit(text.charCodeAt(start + 1))) [radix, pos] = [8, start + 1];
    }
    const digits = pos;
    let value = 0;
    for (; ; pos++) {
      code = text.charCodeAt(pos);
      const digit = digitValue(code);
      if (digit >= radix) break;
      value = value * radix + digit;
    }
    if (pos === digits) return undefined;
    // "1f" and "1b" are labels, "12abc" is nothing.
    if ((classOf(code) & NAME_PART) !== 0 && code !== CHAR.dollar) return undefined;
    this.pos = pos;
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    return toInt64(bigValue(text.slice(digits, pos), radix));
  }

  /** A string in double quotes with the escapes of C, one character per byte (UTF-8). */
  string(): string | ScanFailure {
    const { text } = this;
    const start = this.pos;
    let out = '';
    let pos = start + 1;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (code === CHAR.quote) break;
      if (Number.isNaN(code) || code === CHAR.newline) {
        return { start, end: pos, message: 'the string does not end on this line' };
      }
      if (code !== CHAR.backslash) {
        if (code < 128) {
          out += text[pos++]!;
        } else {
          const point = text.codePointAt(pos)!;
          pos += point > 0xffff ? 2 : 1;
          out += String.fromCharCode(...new TextEncoder().encode(String.fromCodePoint(point)));
        }
        continue;
      }
      const escaped = this.#escape(pos + 1);
      out += String.fromCharCode(escaped.value);
      pos = escaped.end;
    }
    this.pos = pos + 1;
    return out;
  }

  /** A character constant: an apostrophe, a character or escape, and perhaps another apostrophe. */
  character(): number {
    const code = this.text.charCodeAt(this.pos + 1);
    let value = code;
    let end = this.pos + 2;
    if (code === CHAR.backslash) ({ value, end } = this.#escape(end));
    if (this.text.charCodeAt(end) === CHAR.apostrophe) end++;
    this.pos = end;
    return value;
  }

  /** Moves to the end of the line. */
  skipLine(): void {
    const newline = this.text.indexOf('\n', this.pos);
    this.pos = newline < 0 ? this.text.length : newline;
  }

  /** Moves to the end of the statement, over strings. */
  skipStatement(): void {
    while (!this.atStatementEnd()) {
      if (this.peek() === CHAR.quote && typeof this.string() === 'string') continue;
      this.pos++;
    }
  }

  /** The text up to the end of the statement, without comments. */
  restOfStatement(): string {
    this.peek();
    const start = this.pos;
    this.skipStatement();
    return this.text
      .slice(start, this.pos)
      .replace(/\/\*.*?\*\//gs, ' ')
      .trim();
  }

  /** The escape whose letter is at `pos`. */
  #escape(pos: number): { value: number; end: number } {
    const { text } = this;
    const letter = text[pos] ?? '';
    const simple = ESCAPES[letter];
    if (simple !== undefined) return { value: simple, end: pos + 1 };
    const pattern = letter === 'x' ? /x[0-9a-fA-F]*/y : /[0-7]{1,3}/y;
    pattern.lastIndex = pos;
    const digits = pattern.exec(text)?.[0];
    if (digits === undefined) return { value: letter === '' ? 0 : letter.charCodeAt(0) & 0xff, end: pos + 1 };
    const value = letter === 'x' ? Number.parseInt(digits.slice(1).slice(-2) || '0', 16) : Number.parseInt(digits, 8);
    return { value: value & 0xff, end: pos + digits.length };
  }
}

const ESCAPES: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '"': 34, '\\': 92 };

const isBinaryDigit = (code: number): boolean => code === 48 || code === 49;

/** Value of a hexadecimal digit, or 99. */
function digitValue(code: number): number {
  if (code <= 57) return code >= 48 ? code - 48 : 99;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : 99;
}

const bigValue = (digits: string, radix: number): bigint =>
  BigInt(radix === 16 ? `0x${digits}` : radix === 8 ? `0o${digits}` : radix === 2 ? `0b${digits}` : digits);
