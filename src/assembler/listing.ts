/** A listing: each line of the source with the bytes that it made. */
import type { ElfContents } from '../elf/write.ts';
import { offsetOf } from './layout.ts';
import type { Place } from './symbols.ts';

/** The bytes that one line of a file made: those between two places of a section. */
export interface ListedLine {
  readonly line: number;
  readonly start: Place;
  readonly end: Place;
}

const BYTES_PER_LINE = 8;

/**
 * Text of a listing: line number, section offset, bytes, source line. Further bytes of a line follow below it. Addresses
 * are offsets in the section; what relocations put there is not known yet.
 * @param lines in the order of the source
 */
export function formatListing(text: string, lines: readonly ListedLine[], object: ElfContents): string {
  const byLine = new Map<number, ListedLine[]>();
  for (const one of lines) byLine.set(one.line, [...(byLine.get(one.line) ?? []), one]);
  const out: string[] = [];
  for (const [index, source] of text.replace(/\n$/, '').split('\n').entries()) {
    const chunks = (byLine.get(index + 1) ?? []).flatMap((one) => chunksOf(one, object));
    const [first = BLANK, ...more] = chunks;
    out.push(`${String(index + 1).padStart(6)} ${first}  ${source}`.trimEnd());
    for (const chunk of more) out.push(`${' '.repeat(6)} ${chunk}`.trimEnd());
  }
  return `${out.join('\n')}\n`;
}

const OFFSET_DIGITS = 6;
const BLANK = ' '.repeat(OFFSET_DIGITS + 1 + 2 * BYTES_PER_LINE);

/** Offset and bytes, eight to a line; bytes of sections without contents are zeros that no one wrote. */
function chunksOf({ start, end }: ListedLine, object: ElfContents): string[] {
  const [from, to] = [offsetOf(start), offsetOf(end)];
  const { bytes } = object.sections[start.section.index]!;
  const chunks: string[] = [];
  for (let at = from; at < to; at += BYTES_PER_LINE) {
    const part = bytes.subarray(at, Math.min(to, at + BYTES_PER_LINE));
    const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const offset = at.toString(16).padStart(OFFSET_DIGITS, '0');
    chunks.push(`${offset} ${hex.padEnd(2 * BYTES_PER_LINE)}`);
    if (bytes.length === 0) break;
  }
  return chunks;
}
