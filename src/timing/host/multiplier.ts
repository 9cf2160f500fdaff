import type { InstructionName } from '../../isa/rv64.ts';

/**
 * Latencies of Rocket's shared iterative multiplier and divider, which depend on the operands.
 * @source soc-timing §2.3
 */
const FULL_MULTIPLY = 10;

/** @param low @param high words of rs1 */
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

/** @param rs1 @param rs2 unsigned 64-bit operands */
export function divideLatency(name: InstructionName, rs1: bigint, rs2: bigint): number {
  const isUnsigned = /u/.test(name);
  const bits = /w$/.test(name) ? 32 : 64;
  const read = (x: bigint): bigint => (isUnsigned ? BigInt.asUintN(bits, x) : BigInt.asIntN(bits, x));
  const dividend = read(rs1);
  const divisor = read(rs2);
  const anyNegative = dividend < 0n || divisor < 0n;
  const isRemainder = /^rem/.test(name);
  const negatesResult = isRemainder ? dividend < 0n : dividend < 0n !== divisor < 0n;
  const steps = divideSteps(magnitude(dividend), magnitude(divisor));
  return steps + 2 + (anyNegative ? 1 : 0) + (negatesResult && divisor !== 0n ? 1 : 0);
}

const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);
const topBit = (x: bigint): number => (x === 0n ? 0 : x.toString(2).length - 1);

function divideSteps(dividend: bigint, divisor: bigint): number {
  if (divisor === 0n) return 65;
  const distance = topBit(dividend) - topBit(divisor);
  if (distance >= 63) return 65;
  if (distance >= 0) return distance + 3;
  return distance === -1 ? 65 : 67 + distance;
}
