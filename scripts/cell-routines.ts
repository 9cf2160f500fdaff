// src/runtime/cell-routines.ts: the routines and tables of firmware/lib/cells.s as our assembler makes them, for programs
// that the runtime builds.
import { readFileSync } from 'node:fs';
import { assemble } from '../src/assembler/assemble.ts';

const SOURCE = 'firmware/lib/cells.s';

const MOST_COLUMNS = 120;

/** The bytes of a symbol of the source: its code is position-independent, so that any place to link it to will do. */
function symbolBytes(): (name: string) => Uint8Array<ArrayBuffer> {
  const program = assemble([{ name: SOURCE, text: readFileSync(SOURCE, 'utf8') }], { debugLines: false });
  if (!program.ok) throw new Error(program.errors.map(({ message }) => message).join('\n'));
  const { sections, symbols } = program.value.file;
  return (name) => {
    const symbol = symbols.find((one) => one.name === name);
    if (symbol === undefined || typeof symbol.section !== 'number')
      throw new Error(`${SOURCE} does not define ${name}`);
    const { addr, bytes } = sections[symbol.section]!;
    const start = Number(symbol.value - addr);
    return new Uint8Array(bytes).slice(start, start + Number(symbol.size));
  };
}

/** Values as the formatter fills lines with them. */
function lines(values: readonly string[]): string {
  const filled = ['   '];
  for (const value of values) {
    if (filled.at(-1)!.length + value.length + 2 > MOST_COLUMNS) filled.push('   ');
    filled.push(`${filled.pop()} ${value},`);
  }
  return filled.join('\n');
}

export function cellRoutines(): string {
  const bytesOf = symbolBytes();
  const code = (symbol: string) =>
    [...new Uint32Array(bytesOf(symbol).buffer)].map((word) => `0x${word.toString(16).padStart(8, '0')}`);
  const table = (symbol: string) => [...new Int8Array(bytesOf(symbol).buffer)].map(String);
  return `// Computed from ${SOURCE} by "npm run generate"; do not edit.

/** Machine code of the routines; a0 points at a block of doublewords. */
export const CELL_CODE = {
  lstm: [
${lines(code('fw_lstm_cell'))}
  ],
  gru: [
${lines(code('fw_gru_cell'))}
  ],
} as const;

/** 128 times the function of gate / 16, for gates from −128 on. */
export const CELL_TABLES = {
  sigmoid: [
${lines(table('fw_sigmoid_table'))}
  ],
  tanh: [
${lines(table('fw_tanh_table'))}
  ],
} as const;
`;
}
