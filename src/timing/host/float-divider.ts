import type { InstructionName } from '../../isa/rv64.ts';

/**
 * Latencies of the bit-serial float divider, which depend on the operands.
 * @source soc-timing §2.3
 */
const DIVIDE = { single: 29, double: 58 } as const;
const SQUARE_ROOT = { single: 28, double: 57 } as const;
const SPECIAL = 4;

/** How the divider reads its operands. */
export interface FloatDivision {
  readonly precision: 'single' | 'double';
  readonly isRoot: boolean;
}

export const floatDivisionOf = (name: InstructionName): FloatDivision => ({
  precision: name.endsWith('.d') ? 'double' : 'single',
  isRoot: name.startsWith('fsqrt'),
});

/** @param low1 @param high1 words of fs1 @param low2 @param high2 of fs2; of singles only the low ones count */
export function floatDivideLatency(
  { precision, isRoot }: FloatDivision,
  low1: number,
  high1: number,
  low2: number,
  high2: number,
): number {
  const isDouble = precision === 'double';
  const [top1, rest1] = isDouble ? [high1, low1] : [low1, 0];
  const [top2, rest2] = isDouble ? [high2, low2] : [low2, 0];
  const fractionBits = isDouble ? 20 : 23;
  const most = isDouble ? 0x7ff : 0xff;
  const isSpecial = (top: number, rest: number): boolean => {
    const exponent = (top >>> fractionBits) & most;
    return exponent === most || (exponent === 0 && top << (32 - fractionBits) === 0 && rest === 0);
  };
  if (isSpecial(top1, rest1)) return SPECIAL;
  if (isRoot) return SQUARE_ROOT[precision] - (1 - ((top1 >>> fractionBits) & 1));
  if (isSpecial(top2, rest2)) return SPECIAL;
  const fraction = (top: number, rest: number): number => (top & (2 ** fractionBits - 1)) * 2 ** 32 + (rest >>> 0);
  return DIVIDE[precision] - (fraction(top1, rest1) >= fraction(top2, rest2) ? 1 : 0);
}
