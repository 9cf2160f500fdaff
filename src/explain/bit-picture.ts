/** Pictures of instruction words, as the manuals draw them: which bits are fixed, and which belong to which field. */
import type { BitPattern } from '../isa/bit-pattern.ts';
import { tableLines } from '../support/text-table.ts';
import { bitRange } from './layout.ts';

/**
 * @param encoding the pattern's text, fields and fixed bits separated by blanks
 * @param word adds a line with the bits of this word
 */
export function bitPicture(encoding: string, pattern: BitPattern, width: 16 | 32, word?: number): string[] {
  let top: number = width;
  const cells = encoding.split(' ').map((token) => {
    const bits = tokenWidth(token, pattern);
    top -= bits;
    return { range: bitRange(top, bits), token, bits: word === undefined ? '' : bitsOf(word, top, bits) };
  });
  const rows = [cells.map(({ range }) => range), cells.map(({ token }) => token)];
  const lines = tableLines(word === undefined ? rows : [...rows, cells.map(({ bits }) => bits)], ' | ');
  return [lines[0]!.replaceAll('|', ' '), ...lines.slice(1)];
}

function tokenWidth(token: string, { fields }: BitPattern): number {
  if (/^[01]+$/.test(token)) return token.length;
  const [, name, list] = /^([^[]+)(?:\[(.*)\])?$/.exec(token)!;
  if (list === undefined) return fields.get(name!)!.width;
  return list.split('|').reduce((sum, range) => {
    const [high, low = high] = range.split(':').map(Number);
    return sum + high! - low! + 1;
  }, 0);
}

const bitsOf = (word: number, lsb: number, width: number): string =>
  ((word >>> lsb) & (2 ** width - 1)).toString(2).padStart(width, '0');
