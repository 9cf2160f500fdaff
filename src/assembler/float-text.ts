/** Decimal text → the bits of binary32 and binary64, rounded once. */

export const parseFloatText = (text: string): number => {
  const lower = text.toLowerCase();
  const sign = lower.startsWith('-') ? -1 : 1;
  if (lower.includes('inf')) return sign * Number.POSITIVE_INFINITY;
  return lower.includes('nan') ? Number.NaN : Number(lower);
};

/** binary32 bits of a decimal number, rounded once: the double between is corrected when it fell on a tie. */
export function singleBits(text: string, value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  if (Number.isNaN(value)) return text.startsWith('-') ? 0xffffffff : 0x7fffffff;
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const rounded = view.getFloat32(0);
  if (!Number.isFinite(rounded) || rounded === value) return bits;
  const magnitude = bits & 0x7fffffff;
  const neighbour = Math.abs(rounded) > Math.abs(value) ? magnitude - 1 : magnitude + 1;
  view.setUint32(0, neighbour);
  const other = view.getFloat32(0);
  const isTie = Math.abs(rounded) + other === 2 * Math.abs(value);
  if (!isTie) return bits;
  const order = compareDecimal(text, Math.abs(value));
  if (order === 0) return bits;
  const larger = Math.max(magnitude, neighbour);
  return ((bits & 0x80000000) | (order > 0 ? larger : larger - 1)) >>> 0;
}

/** Sign of |text| − value, exactly. */
function compareDecimal(text: string, value: number): number {
  const [, whole = '', fraction = '', exponent = '0'] = /^[-+]?(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  const scale = Number(exponent) - fraction.length;
  let numerator = BigInt(`${whole}${fraction}` || '0');
  let denominator = 1n;
  if (scale >= 0) numerator *= 10n ** BigInt(scale);
  else denominator = 10n ** BigInt(-scale);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number(bits >> 52n) || 1;
  const significand = (bits & ((1n << 52n) - 1n)) | (bits >> 52n === 0n ? 0n : 1n << 52n);
  let [left, right] = [numerator, significand * denominator];
  if (power >= 1075) right <<= BigInt(power - 1075);
  else left <<= BigInt(1075 - power);
  return left > right ? 1 : left < right ? -1 : 0;
}
