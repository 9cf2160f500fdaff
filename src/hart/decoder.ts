/** Instruction word → the numbers that go into its record. */
import { decode } from '../isa/decode.ts';
import type { InstructionName } from '../isa/rv64.ts';
import { HART, PAGE_BYTES, RECORD, RECORD_TO_PC_SHIFT } from './layout.ts';

export interface Decoded {
  readonly name: InstructionName;
  readonly length: 2 | 4;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  /** Fused operations have their third register and rounding mode here; other float operations the mode. */
  readonly rs3: number;
  readonly rm: number;
  readonly imm: number;
}

const known = new Map<number, Decoded | undefined>();

/** The instruction in the low bits of `word` (16 or 32 bits); nothing when it is illegal. */
export function decodeInstruction(word: number): Decoded | undefined {
  const isCompressed = (word & 3) !== 3;
  const key = isCompressed ? word & 0xffff : word >>> 0;
  if (known.has(key)) return known.get(key);
  const found = decode(key);
  const fields = found?.fields ?? {};
  const decoded = found && {
    name: found.instruction.name,
    length: found.length,
    rd: fields.rd ?? 0,
    rs1: fields.rs1 ?? 0,
    rs2: fields.rs2 ?? 0,
    rs3: fields.rs3 ?? 0,
    rm: fields.rm ?? 0,
    imm: fields.imm ?? fields.uimm ?? 0,
  };
  known.set(key, decoded);
  return decoded;
}

/** Are the operands of this kind floating-point registers? */
export function registerFiles(name: InstructionName): { rd: boolean; rs1: boolean; rs2: boolean } {
  const cached = files.get(name);
  if (cached !== undefined) return cached;
  const isFloat = name.startsWith('f') && !name.startsWith('fence');
  const toInteger = /^(f(eq|lt|le|class)\.|fcvt\.(w|wu|l|lu)\.|fmv\.x\.)/.test(name);
  const fromInteger = /^(fcvt\.[sd]\.(w|wu|l|lu)|fmv\.[wd]\.x|f[ls][wd])$/.test(name);
  const result = { rd: isFloat && !toInteger, rs1: isFloat && !fromInteger, rs2: isFloat };
  files.set(name, result);
  return result;
}
const files = new Map<InstructionName, { rd: boolean; rs1: boolean; rs2: boolean }>();

const registerOffset = (isFloat: boolean, number: number): number => (isFloat ? HART.f : HART.x).offset + 8 * number;

/** Does the target of a transfer at this offset in its page lie in the page? */
export const isNear = (pageOffset: number, distance: number): boolean =>
  pageOffset + distance >= 0 && pageOffset + distance < PAGE_BYTES;

/**
 * Fills a record.
 * @param entry table entry of the handler
 * @param isNearTransfer the immediate is a distance that the handler adds to the record's address
 */
export function writeRecord(record: DataView, decoded: Decoded, entry: number, isNearTransfer: boolean): void {
  const { name, rd, rs1, rs2, rs3, rm } = decoded;
  const isFloat = registerFiles(name);
  const target = isFloat.rd ? registerOffset(true, rd) : rd === 0 ? HART.sink.offset : registerOffset(false, rd);
  let imm = isNearTransfer ? decoded.imm << RECORD_TO_PC_SHIFT : decoded.imm;
  if (isFloat.rd || isFloat.rs1) if (usesRounding(name)) imm = registerOffset(true, rs3) | (rm << 16);
  record.setUint16(RECORD.rd.offset, target, true);
  record.setUint16(RECORD.rs1.offset, registerOffset(isFloat.rs1, rs1), true);
  record.setUint16(RECORD.rs2.offset, registerOffset(isFloat.rs2, rs2), true);
  record.setInt32(RECORD.imm.offset, imm, true);
  record.setUint16(RECORD.handler.offset, entry, true);
  record.setUint16(RECORD.entry.offset, entry, true);
}

/** Is it a fused multiply-add? */
export const usesThirdRegister = ({ name }: Decoded): boolean => /^fn?m(add|sub)\./.test(name);

const usesRounding = (name: InstructionName): boolean => !/^f(l[wd]|s[wd])$/.test(name);
