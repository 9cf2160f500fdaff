import { assembleObject } from '../../src/assembler/assemble.ts';
import { formatDiagnostic } from '../../src/support/diagnostics.ts';

/** Bytes of a section as hexadecimal, or the diagnostics with their source lines. */
export function assembleToHex(text: string, section = '.text'): string {
  const result = assembleObject({ name: 't.s', text });
  if (!result.ok) {
    const lines = text.split('\n');
    return result.errors.map((error) => formatDiagnostic(error, lines[(error.span?.line ?? 1) - 1])).join('\n');
  }
  const bytes = result.value.sections.find(({ name }) => name === section)?.bytes ?? new Uint8Array(0);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The halfwords and words of .text as numbers in hexadecimal, one instruction after the other. */
export function instructionWords(text: string): string {
  const hex = assembleToHex(text);
  if (!/^([0-9a-f]{2})*$/.test(hex)) return hex;
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const view = new DataView(bytes.buffer);
  const words: string[] = [];
  for (let i = 0; i < bytes.length; ) {
    const isLong = (view.getUint16(i, true) & 3) === 3;
    words.push(
      isLong
        ? view.getUint32(i, true).toString(16).padStart(8, '0')
        : view.getUint16(i, true).toString(16).padStart(4, '0'),
    );
    i += isLong ? 4 : 2;
  }
  return words.join(' ');
}
