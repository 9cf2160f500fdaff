/** Operand words of accelerator commands in the assembler's spelling: `sp(16)`, `rows=4`, `activation=relu`. */
import type { OperandField } from './accelerator-fields.ts';
import { unpackOperand } from './accelerator-fields.ts';
import {
  GARBAGE_ADDRESS,
  LOCAL_ADDRESS,
  LOCAL_ADDRESS_FUNCTIONS,
  LOCAL_ADDRESS_ROWS,
  NORM_COMMANDS,
} from './local-address.ts';

/** `name=value` for every field that is free to choose. */
export function operandAssignments(fields: readonly OperandField[], word: bigint): string[] {
  const values = unpackOperand(fields, word);
  return fields
    .filter(({ fixed }) => fixed === undefined)
    .map((field) => `${field.name}=${fieldValueText(field, values[field.name]!)}`);
}

export function fieldValueText({ kind, values }: OperandField, value: bigint): string {
  const named = Object.entries(values ?? {}).find(([, number]) => BigInt(number) === value);
  if (named !== undefined) return named[0];
  switch (kind) {
    case 'address':
      return `0x${value.toString(16)}`;
    case 'local':
      return localAddressText(Number(value));
    case 'float32':
      return float32Text(Number(value));
    default:
      return value.toString();
  }
}

/** The shortest decimal that rounds to the same binary32; the bits of what has no number. */
function float32Text(bits: number): string {
  const value = new Float32Array(Uint32Array.of(bits).buffer)[0]!;
  if (!Number.isFinite(value)) return `0x${bits.toString(16)}`;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return Object.is(value, -0) ? '-0' : String(short);
  }
  return String(value);
}

/** A local address in the assembler's words, where they can say it. */
export function localAddressText(word: number): string {
  if (word === GARBAGE_ADDRESS) return 'garbage';
  const row = word % LOCAL_ADDRESS_ROWS;
  const { lsb, width } = LOCAL_ADDRESS.norm;
  const norm = (word >>> lsb) & (2 ** width - 1);
  const found = Object.entries(LOCAL_ADDRESS_FUNCTIONS).find(([, { base }]) => base + norm * 2 ** lsb + row === word);
  if (found === undefined) return `0x${word.toString(16)}`;
  const command = Object.entries(NORM_COMMANDS).find(([, number]) => number === norm)![0];
  return norm === 0 ? `${found[0]}(${row})` : `${found[0]}(${row}, ${command})`;
}
