/** Bit fields of the 64-bit operand words of accelerator commands: one shape, and generic packing. */

/** What a field's value is. `local` is a local address word, `address` a DRAM byte address, `float32` raw binary32 bits. */
export type OperandFieldKind = 'unsigned' | 'signed' | 'flag' | 'float32' | 'local' | 'address';

export interface OperandField {
  readonly name: string;
  readonly lsb: number;
  readonly width: number;
  readonly kind: OperandFieldKind;
  /** Unit and meaning. */
  readonly summary: string;
  /** The field always has this value in this command; it tells variants of a command apart. */
  readonly fixed?: number;
  /** Value in an assembler line that does not mention the field. */
  readonly default?: number;
  /** Names of values. */
  readonly values?: Readonly<Record<string, number>>;
}

export type OperandFieldValues = Readonly<Record<string, bigint>>;

/**
 * The 64-bit operand with these values; fields that are not given are 0, or what they are fixed to.
 * @param values signed ones may be negative; each must fit its field
 */
export function packOperand(fields: readonly OperandField[], values: OperandFieldValues): bigint {
  let word = 0n;
  for (const field of fields) {
    const value = field.fixed === undefined ? (values[field.name] ?? 0n) : BigInt(field.fixed);
    if (!operandFieldFits(field, value))
      throw new RangeError(`field ${field.name} (${field.width} bits) cannot hold ${value}`);
    word |= BigInt.asUintN(field.width, value) << BigInt(field.lsb);
  }
  return word;
}

export function unpackOperand(fields: readonly OperandField[], word: bigint): Record<string, bigint> {
  const values: Record<string, bigint> = {};
  for (const { name, lsb, width, kind } of fields) {
    const bits = word >> BigInt(lsb);
    values[name] = kind === 'signed' ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits);
  }
  return values;
}

export const operandFieldFits = ({ width, kind }: OperandField, value: bigint): boolean =>
  (kind === 'signed' ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value)) === value;
