/** Register names. @source RISC-V psABI, "Register Convention" */

/** ABI names of x0–x31. */
export const INTEGER_REGISTERS = [
  ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5'],
  ...['a6', 'a7', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
] as const;

/** ABI names of f0–f31. */
export const FLOAT_REGISTERS = [
  ...['ft0', 'ft1', 'ft2', 'ft3', 'ft4', 'ft5', 'ft6', 'ft7', 'fs0', 'fs1', 'fa0', 'fa1', 'fa2', 'fa3', 'fa4', 'fa5'],
  ...['fa6', 'fa7', 'fs2', 'fs3', 'fs4', 'fs5', 'fs6', 'fs7', 'fs8', 'fs9', 'fs10', 'fs11', 'ft8', 'ft9'],
  ...['ft10', 'ft11'],
] as const;

const numbered = (names: readonly string[], letter: string): [string, number][] =>
  names.flatMap((name, number): [string, number][] => [
    [name, number],
    [`${letter}${number}`, number],
  ]);

/** Every spelling an assembler accepts (`a0`, `x10`, `fp`) → register number. */
export const integerRegisterByName: ReadonlyMap<string, number> = new Map([
  ...numbered(INTEGER_REGISTERS, 'x'),
  ['fp', 8],
]);
export const floatRegisterByName: ReadonlyMap<string, number> = new Map(numbered(FLOAT_REGISTERS, 'f'));

/** Rounding modes by their field value; 5 and 6 are reserved. */
export const ROUNDING_MODES = ['rne', 'rtz', 'rdn', 'rup', 'rmm', undefined, undefined, 'dyn'] as const;

/** Letters of a fence's predecessor and successor sets, from bit 3 down to bit 0. */
export const FENCE_LETTERS = ['i', 'o', 'r', 'w'] as const;
