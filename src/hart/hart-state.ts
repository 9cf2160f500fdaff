import type { GuestMemory } from './guest-memory.ts';
import { type Field, HART } from './layout.ts';

/** The CSRs that are kept as plain 64-bit words in the hart's state. */
const STORED_CSRS = [
  'mstatus',
  'misa',
  'medeleg',
  'mideleg',
  'mie',
  'mip',
  'mtvec',
  'mcounteren',
  'mcountinhibit',
  'menvcfg',
  'mscratch',
  'mepc',
  'mcause',
  'mtval',
  'stvec',
  'scounteren',
  'senvcfg',
  'sscratch',
  'sepc',
  'scause',
  'stval',
  'satp',
  'tdata2',
] as const;
export type StoredCsr = (typeof STORED_CSRS)[number];

const csrOffsets = Object.fromEntries(
  STORED_CSRS.map((name, index) => [name, HART.csrs.offset + 8 * index]),
) as Readonly<Record<StoredCsr, number>>;

export const PRIVILEGE = { user: 0, supervisor: 1, machine: 3 } as const;

/** Named access from JavaScript to a hart's state in linear memory. 64-bit values are unsigned. */
export class HartState {
  /** Linear address of the state. */
  readonly address: number;
  /** Counts how often translations were forgotten. */
  translationEpoch = 0;
  #words64!: BigUint64Array;
  #words32!: Int32Array;
  #bytes!: Uint8Array;

  constructor(memory: GuestMemory, index: number) {
    this.address = memory.hart(index);
    this.#makeViews(memory);
    memory.whenGrown(() => this.#makeViews(memory));
  }

  #makeViews({ memory: { buffer } }: GuestMemory): void {
    this.#words64 = new BigUint64Array(buffer, this.address, HART.bytes / 8);
    this.#words32 = new Int32Array(buffer, this.address, HART.bytes / 4);
    this.#bytes = new Uint8Array(buffer, this.address, HART.bytes);
  }

  /** All bytes of the state; a dead view when memory grows. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get64(field: Field, index = 0): bigint {
    return this.#words64[field.offset / 8 + index]!;
  }

  set64(field: Field, value: bigint, index = 0): void {
    this.#words64[field.offset / 8 + index] = value;
  }

  /** Fills the 64-bit words at byte offsets [start, end). */
  fill64(start: number, end: number, value: bigint): void {
    this.#words64.fill(value, start / 8, end / 8);
  }

  get32(field: Field, index = 0): number {
    return this.#words32[field.offset / 4 + index]!;
  }

  set32(field: Field, value: number, index = 0): void {
    this.#words32[field.offset / 4 + index] = value;
  }

  /** Adds a number below 2^32 to a 64-bit field, without making big integers. */
  add64(field: Field, amount: number): void {
    const low = this.#words32[field.offset / 4]! >>> 0;
    this.#words32[field.offset / 4] = low + amount;
    if (low + amount >= 2 ** 32) this.#words32[field.offset / 4 + 1]!++;
  }

  x(register: number): bigint {
    return this.get64(HART.x, register);
  }

  setX(register: number, value: bigint): void {
    if (register !== 0) this.set64(HART.x, value, register);
  }

  get pc(): bigint {
    return this.get64(HART.pc);
  }

  set pc(value: bigint) {
    this.set64(HART.pc, value);
  }

  get privilege(): number {
    return this.get32(HART.privilege);
  }

  csr(name: StoredCsr): bigint {
    return this.#words64[csrOffsets[name] / 8]!;
  }

  /** The low word of a CSR. */
  csrLow(name: StoredCsr): number {
    return this.#words32[csrOffsets[name] / 4]!;
  }

  setCsr(name: StoredCsr, value: bigint): void {
    this.#words64[csrOffsets[name] / 8] = value;
  }
}
