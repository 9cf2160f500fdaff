/**
 * One line per retired instruction, character for character as the reference simulator's `--log-commits` writes it: hart,
 * privilege, pc, word, registers written in the order of their number, addresses loaded, addresses and values stored.
 */
import { CSR_NUMBERS, csrByNumber } from '../isa/csrs.ts';
import { type Decoded, decodeInstruction, registerFiles } from './decoder.ts';
import type { Hart } from './hart.ts';
import { HART } from './layout.ts';
import { LOAD_BYTES } from './memory-access.ts';
import type { LoadKind } from './operands.ts';
import { readMstatus } from './status.ts';

/** Registers sort by number first, then by file, as the reference simulator keys them. */
const FILE = { x: 0, f: 1, csr: 4 } as const;
const keyOf = (file: keyof typeof FILE, number: number): number => (number << 4) | FILE[file];

const hex = (value: bigint, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** What is known of an instruction before it executes. */
interface Pending {
  readonly pc: bigint;
  readonly privilege: number;
  readonly word: number;
  readonly decoded: Decoded;
  readonly floatStatus: number;
  readonly flags: number;
  readonly access: MemoryAccess | undefined;
}

interface MemoryAccess {
  readonly vaddr: bigint;
  readonly bytes: number;
  readonly kind: 'load' | 'store' | 'atomic' | 'none';
  /** What is stored; an atomic operation's value is read back. */
  readonly value: bigint;
}

export class CommitLog {
  readonly #write: (line: string) => void;
  /** Registers that the instruction wrote: key → text. */
  readonly #registers = new Map<number, string>();
  /** Bytes that the coprocessor touched for the instruction. */
  readonly #coprocessorLoads: string[] = [];
  readonly #coprocessorStores: string[] = [];

  /** @param write takes one line, without its end */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** The hart reports a CSR write. Only mvip, which shadows mip, is in no table. */
  csrWritten(number: number, value: bigint): void {
    const name = csrByNumber.get(number)?.name ?? 'mvip';
    this.#registers.set(keyOf('csr', number), ` c${number}_${name} ${hex(value, 16)}`);
  }

  /** The coprocessor reports a byte of memory. */
  coprocessorAccessed(access: 'load' | 'store', vaddr: bigint, byte: number): void {
    const address = ` mem ${hex(vaddr, 16)}`;
    if (access === 'load') this.#coprocessorLoads.push(address);
    else this.#coprocessorStores.push(`${address} ${hex(BigInt(byte), 2)}`);
  }

  /** Looks at the instruction that is about to execute. Nothing when it cannot be fetched. */
  before(hart: Hart): Pending | undefined {
    this.#registers.clear();
    this.#coprocessorLoads.length = 0;
    this.#coprocessorStores.length = 0;
    const word = hart.fetchQuietly(hart.state.pc);
    const decoded = word === undefined ? undefined : decodeInstruction(word);
    if (word === undefined || decoded === undefined) return undefined;
    const { state } = hart;
    const flags = state.get32(HART.fflags);
    const isFloat = isFloatComputation(decoded);
    // So that what the instruction raises itself can be told; `after` restores the others.
    if (isFloat) state.set32(HART.fflags, 0);
    return {
      pc: state.pc,
      privilege: state.privilege,
      word: decoded.length === 2 ? word & 0xffff : word >>> 0,
      decoded,
      floatStatus: state.get32(HART.fs),
      flags,
      access: accessOf(hart, decoded),
    };
  }

  after(hart: Hart, pending: Pending, hasRetired: boolean): void {
    const { state } = hart;
    const { decoded } = pending;
    if (isFloatComputation(decoded)) {
      const raised = state.get32(HART.fflags);
      state.set32(HART.fflags, pending.flags | raised);
      if (raised !== 0) this.csrWritten(CSR_NUMBERS.fflags, BigInt(pending.flags | raised));
    }
    if (!hasRetired) return;
    if (isFloat(decoded) && pending.floatStatus !== state.get32(HART.fs))
      this.csrWritten(CSR_NUMBERS.mstatus, readMstatus(state));
    this.#noteDestination(hart, decoded);
    const { pc, privilege, word } = pending;
    const digits = decoded.length * 2;
    const registers = [...this.#registers].sort(([a], [b]) => a - b).map(([, text]) => text);
    const memory = [memoryText(hart, pending), ...this.#coprocessorLoads, ...this.#coprocessorStores].join('');
    const core = `core${String(hart.hartId).padStart(4)}: ${privilege} ${hex(pc, 16)} (${hex(BigInt(word), digits)})`;
    this.#write(core + registers.join('') + memory);
  }

  #noteDestination(hart: Hart, { name, rd }: Decoded): void {
    if (WITHOUT_DESTINATION.test(name)) return;
    const file = registerFiles(name).rd ? 'f' : 'x';
    if (file === 'x' && rd === 0) return;
    const value = hart.state.get64(file === 'f' ? HART.f : HART.x, rd);
    this.#registers.set(keyOf(file, rd), ` ${file}${String(rd).padEnd(2)} ${hex(value, 16)}`);
  }
}

const WITHOUT_DESTINATION = /^(b(eq|ne|ltu?|geu?)|s[bhwd]|fs[wd]|fence|fence\.i|ecall|ebreak|[sm]ret|wfi|sfence\.vma)$/;
const isFloat = ({ name }: Decoded): boolean => name.startsWith('f') && !name.startsWith('fence');
const isFloatComputation = (decoded: Decoded): boolean => isFloat(decoded) && !/^f[ls][wd]$/.test(decoded.name);

const LOADS: Readonly<Record<string, LoadKind>> = {
  lb: 'i8',
  lbu: 'u8',
  lh: 'i16',
  lhu: 'u16',
  lw: 'i32',
  lwu: 'u32',
  ld: 'i64',
  flw: 'u32',
  fld: 'i64',
  'lr.w': 'i32',
  'lr.d': 'i64',
};
const STORES: Readonly<Record<string, number>> = { sb: 1, sh: 2, sw: 4, sd: 8, fsw: 4, fsd: 8 };

function accessOf(hart: Hart, { name, rs1, rs2, imm }: Decoded): MemoryAccess | undefined {
  const base = hart.state.x(rs1);
  const vaddr = BigInt.asUintN(64, base + BigInt(imm));
  const kind = LOADS[name];
  const value = hart.state.get64(registerFiles(name).rs2 ? HART.f : HART.x, rs2);
  if (kind !== undefined) return { vaddr, bytes: LOAD_BYTES[kind], kind: 'load', value };
  const bytes = STORES[name];
  if (bytes !== undefined) return { vaddr, bytes, kind: 'store', value };
  if (!/^(amo|sc)/.test(name)) return undefined;
  const bytesOfWord = name.endsWith('.w') ? 4 : 8;
  // A conditional store that fails shows nothing.
  if (name.startsWith('sc'))
    return { vaddr: base, bytes: bytesOfWord, kind: hart.isReserved(base) ? 'store' : 'none', value };
  return { vaddr: base, bytes: bytesOfWord, kind: 'atomic', value };
}

function memoryText(hart: Hart, { access }: Pending): string {
  if (access === undefined) return '';
  const { vaddr, bytes, kind, value } = access;
  const load = ` mem ${hex(vaddr, 16)}`;
  const stored = (value: bigint): string => `${load} ${hex(BigInt.asUintN(8 * bytes, value), 2 * bytes)}`;
  switch (kind) {
    case 'load':
      return load;
    case 'store':
      return stored(value);
    case 'none':
      return '';
    case 'atomic': {
      const now = hart.readMemory(vaddr, bytes as 4 | 8);
      return load + (typeof now === 'bigint' ? stored(now) : '');
    }
  }
}
