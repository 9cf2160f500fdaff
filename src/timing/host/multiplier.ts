import type { InstructionName } from '../../isa/rv64.ts';

/**
 * Latencies of Rocket's shared iterative multiplier and divider, which depend on the operands. Operands are 64-bit values
 * in two words.
 * @source soc-timing §2.3
 */
const FULL_MULTIPLY = 10;

/** @param low @param high words of rs1, unsigned */
export function multiplyLatency(name: InstructionName, low: number, high: number): number {
  if (name === 'mul') return Math.min(FULL_MULTIPLY, Math.max(4, 3 + significantBytes(low, high)));
  if (name !== 'mulw') return FULL_MULTIPLY;
  const bytes = significantBytes(low, 0);
  return bytes <= 1 ? 4 : bytes === 2 ? 5 : 6;
}

function significantBytes(low: number, high: number): number {
  const bits = high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
  return Math.max(1, Math.ceil(bits / 8));
}

/** How the divider reads its operands. */
export interface Division {
  readonly isUnsigned: boolean;
  readonly isWord: boolean;
  readonly isRemainder: boolean;
}

export const divisionOf = (name: InstructionName): Division => ({
  isUnsigned: /u/.test(name),
  isWord: /w$/.test(name),
  isRemainder: /^rem/.test(name),
});

/** @param low1 @param high1 words of the dividend @param low2 @param high2 of the divisor */
export function divideLatency(
  { isUnsigned, isWord, isRemainder }: Division,
  low1: number,
  high1: number,
  low2: number,
  high2: number,
): number {
  const isDividendNegative = !isUnsigned && (isWord ? low1 : high1) < 0;
  const isDivisorNegative = !isUnsigned && (isWord ? low2 : high2) < 0;
  const dividend = magnitudeBits(low1, isWord ? 0 : high1, isDividendNegative, isWord);
  const divisor = magnitudeBits(low2, isWord ? 0 : high2, isDivisorNegative, isWord);
  const negatesResult = isRemainder ? isDividendNegative : isDividendNegative !== isDivisorNegative;
  const signs = (isDividendNegative || isDivisorNegative ? 1 : 0) + (negatesResult && divisor !== 0 ? 1 : 0);
  return divideSteps(dividend, divisor) + 2 + signs;
}

/** Significant bits of the operand's magnitude; none of zero. */
function magnitudeBits(low: number, high: number, isNegative: boolean, isWord: boolean): number {
  if (isNegative) {
    if (!isWord) high = low === 0 ? -high : ~high;
    low = -low;
  }
  return high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
}

/** @param dividend @param divisor significant bits */
function divideSteps(dividend: number, divisor: number): number {
  if (divisor === 0) return 65;
  // Zero counts as one bit.
  const distance = Math.max(1, dividend) - divisor;
  if (distance >= 63) return 65;
  if (distance >= 0) return distance + 3;
  return distance === -1 ? 65 : 67 + distance;
}
