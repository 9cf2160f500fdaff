/**
 * Puts final addresses into instructions and data.
 * @source RISC-V ELF psABI 1.0, "Relocations"
 */
import { RELOCATIONS } from '../elf/relocations.ts';
import { fieldFits, fieldRange, type InstructionField, insertField } from '../isa/bit-pattern.ts';
import { instruction } from '../isa/rv64.ts';
import { compressedByName } from '../isa/rvc.ts';

const field = (name: 'beq' | 'jal' | 'addi' | 'sd' | 'lui'): InstructionField => instruction(name).fields.get('imm')!;
const halfwordField = (name: string): InstructionField => compressedByName.get(name)!.fields.get('imm')!;

const FIELDS = {
  branch: field('beq'),
  jump: field('jal'),
  low: field('addi'),
  store: field('sd'),
  upper: field('lui'),
  halfwordBranch: halfwordField('c.beqz'),
  halfwordJump: halfwordField('c.j'),
} as const;

const fieldMask = (one: InstructionField): number =>
  one.slices.reduce((mask, { wordLsb, width }) => mask | ((2 ** width - 1) << wordLsb), 0);

/** A relocation with its symbol resolved. */
export interface ResolvedRelocation {
  readonly type: number;
  /** Byte offset in the section's contents. */
  readonly offset: number;
  /** Address of those bytes. */
  readonly addr: bigint;
  /** Symbol plus addend; for the low halves of pc-relative pairs the offset that the high half has. */
  readonly value: bigint;
}

/** Bytes that a relocation touches. */
export function relocatedBytes(type: number): number {
  switch (type) {
    case RELOCATIONS.call:
    case RELOCATIONS.callPlt:
    case RELOCATIONS.abs64:
    case RELOCATIONS.add64:
    case RELOCATIONS.sub64:
      return 8;
    case RELOCATIONS.rvcBranch:
    case RELOCATIONS.rvcJump:
      return 2;
    default: {
      const [bits] = ARITHMETIC.get(type) ?? [32];
      return Math.max(1, bits >> 3);
    }
  }
}

/**
 * @param bytes contents that hold all `relocatedBytes` of the relocation
 * @returns why the value cannot be put there, or nothing
 */
export function applyRelocation(
  bytes: Uint8Array,
  { type, offset, addr, value }: ResolvedRelocation,
): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const distance = BigInt.asIntN(64, value - addr);
  const put32 = (one: InstructionField, bits: number, at = offset): undefined => {
    view.setUint32(at, (view.getUint32(at, true) & ~fieldMask(one)) | insertField(one, bits), true);
  };
  const put16 = (one: InstructionField, bits: number): undefined => {
    view.setUint16(offset, (view.getUint16(offset, true) & ~fieldMask(one)) | insertField(one, bits), true);
  };
  const reach = (one: InstructionField): string | undefined => {
    if (fieldFits(one, Number(distance))) return undefined;
    const { min, max } = fieldRange(one);
    return `the target is ${distance} bytes away, but must be from ${min} to ${max} and even`;
  };
  const isNear = (one: bigint): boolean => one + 0x800n >= -0x80000000n && one + 0x800n < 0x80000000n;
  const far = `the target is ${distance} bytes away, more than auipc reaches`;
  switch (type) {
    case RELOCATIONS.none:
    case RELOCATIONS.relax:
    case RELOCATIONS.align:
    case RELOCATIONS.tprelAdd:
      return undefined;
    case RELOCATIONS.branch:
      return reach(FIELDS.branch) ?? put32(FIELDS.branch, Number(distance));
    case RELOCATIONS.jal:
      return reach(FIELDS.jump) ?? put32(FIELDS.jump, Number(distance));
    case RELOCATIONS.rvcBranch:
      return reach(FIELDS.halfwordBranch) ?? put16(FIELDS.halfwordBranch, Number(distance));
    case RELOCATIONS.rvcJump:
      return reach(FIELDS.halfwordJump) ?? put16(FIELDS.halfwordJump, Number(distance));
    case RELOCATIONS.call:
    case RELOCATIONS.callPlt:
      if (!isNear(distance)) return far;
      put32(FIELDS.upper, upperPart(distance));
      return put32(FIELDS.low, lowPart(distance), offset + 4);
    case RELOCATIONS.pcrelHi20:
      return isNear(distance) ? put32(FIELDS.upper, upperPart(distance)) : far;
    case RELOCATIONS.pcrelLo12I:
    case RELOCATIONS.lo12I:
      return put32(FIELDS.low, lowPart(value));
    case RELOCATIONS.pcrelLo12S:
    case RELOCATIONS.lo12S:
      return put32(FIELDS.store, lowPart(value));
    case RELOCATIONS.hi20: {
      const absolute = BigInt.asIntN(64, value);
      return isNear(absolute)
        ? put32(FIELDS.upper, upperPart(absolute))
        : `the address 0x${value.toString(16)} is not in the low or high 2 GiB that lui reaches; la, or -mcmodel=medany in C, reaches it`;
    }
    case RELOCATIONS.abs32:
      if (value >= -(1n << 31n) && value < 1n << 32n)
        return void view.setUint32(offset, Number(value & 0xffffffffn), true);
      return `the address 0x${value.toString(16)} does not fit 32 bits`;
    case RELOCATIONS.abs64:
      return void view.setBigUint64(offset, BigInt.asUintN(64, value), true);
    case RELOCATIONS.pcrel32:
      return void view.setInt32(offset, Number(BigInt.asIntN(32, distance)), true);
    default:
      return applyArithmetic(view, type, offset, value);
  }
}

const upperPart = (value: bigint): number => Number(BigInt.asIntN(32, (value + 0x800n) & ~0xfffn));
const lowPart = (value: bigint): number => Number(BigInt.asIntN(12, value));

/** Relocations that add to, subtract from or replace the value that is there: name → bits and operation. */
const ARITHMETIC: ReadonlyMap<number, readonly [bits: 6 | 8 | 16 | 32 | 64, operation: 'add' | 'subtract' | 'set']> =
  new Map([
    [RELOCATIONS.add8, [8, 'add']],
    [RELOCATIONS.add16, [16, 'add']],
    [RELOCATIONS.add32, [32, 'add']],
    [RELOCATIONS.add64, [64, 'add']],
    [RELOCATIONS.sub6, [6, 'subtract']],
    [RELOCATIONS.sub8, [8, 'subtract']],
    [RELOCATIONS.sub16, [16, 'subtract']],
    [RELOCATIONS.sub32, [32, 'subtract']],
    [RELOCATIONS.sub64, [64, 'subtract']],
    [RELOCATIONS.set6, [6, 'set']],
    [RELOCATIONS.set8, [8, 'set']],
    [RELOCATIONS.set16, [16, 'set']],
    [RELOCATIONS.set32, [32, 'set']],
  ]);

function applyArithmetic(view: DataView, type: number, offset: number, value: bigint): string | undefined {
  const entry = ARITHMETIC.get(type);
  if (entry === undefined) return `relocation type ${type} is not supported in a static program`;
  const [bits, operation] = entry;
  const byteCount = Math.max(1, bits / 8) | 0;
  let old = 0n;
  for (let i = byteCount - 1; i >= 0; i--) old = (old << 8n) | BigInt(view.getUint8(offset + i));
  const result = operation === 'add' ? old + value : operation === 'subtract' ? old - value : value;
  let stored = BigInt.asUintN(bits, result);
  // The 6-bit forms share their byte with two bits of something else.
  if (bits === 6) stored |= old & 0xc0n;
  for (let i = 0; i < byteCount; i++) view.setUint8(offset + i, Number((stored >> BigInt(8 * i)) & 0xffn));
  return undefined;
}
