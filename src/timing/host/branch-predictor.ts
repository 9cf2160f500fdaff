import type { TimingConfig } from '../config.ts';

/** What fetch makes of a control transfer. */
export type Prediction =
  /** Fetch goes on without a gap. */
  | 'free'
  /** Fetch finds out one stage later. */
  | 'late'
  /** The pipeline finds out. */
  | 'wrong';

const HISTORY_BITS = 8;
const FOLDED_BITS = 3;
/** floor(√3 / 2 · 2^8), the multiplier of the hash. */
const HASH = 221;

/**
 * Rocket's branch prediction: a fully associative BTB, a table of 1-bit counters indexed by address and folded history,
 * and a return address stack. All methods take addresses as numbers; the BTB knows a jump by its last packet of 4 bytes.
 * @source soc-timing §2.4
 */
export class BranchPredictor {
  readonly counts = { branches: 0, mispredicts: 0, lateRedirects: 0 };
  readonly #bht: Uint8Array;
  readonly #indexBits: number;
  #history = 0;
  /** By packet address. */
  readonly #btb = new Map<number, BtbEntry>();
  readonly #btbEntries: number;
  /** Grows with every use of the BTB. */
  #uses = 0;
  readonly #stack: number[] = [];
  readonly #stackEntries: number;

  constructor({ btbEntries, bhtEntries, rasEntries }: TimingConfig['host']) {
    this.#bht = new Uint8Array(bhtEntries);
    this.#indexBits = Math.log2(bhtEntries);
    this.#btbEntries = btbEntries;
    this.#stackEntries = rasEntries;
  }

  /** @param seen can the BTB see the packet, or was it entered in its middle? */
  branch(packet: number, isTaken: boolean, target: number, seen: boolean): Prediction {
    this.counts.branches++;
    const index = this.#index(packet);
    const predictsTaken = this.#bht[index] === 1;
    this.#bht[index] = isTaken ? 1 : 0;
    this.#history = ((isTaken ? 1 : 0) << (HISTORY_BITS - 1)) | (this.#history >> 1);
    if (predictsTaken !== isTaken) {
      this.counts.mispredicts++;
      if (isTaken) this.#remember(packet, target);
      return 'wrong';
    }
    return isTaken ? this.#redirect(packet, target, seen) : 'free';
  }

  jump(packet: number, target: number, seen: boolean): Prediction {
    return this.#redirect(packet, target, seen);
  }

  jumpRegister(packet: number, target: number, isReturn: boolean, seen: boolean): Prediction {
    if (isReturn && this.#stack.length > 0) {
      if (this.#stack.pop() === target) return this.#redirect(packet, target, seen);
    } else if (this.#btb.get(packet)?.target === target) {
      this.counts.lateRedirects++;
      return 'late';
    }
    this.counts.mispredicts++;
    this.#remember(packet, target);
    return 'wrong';
  }

  call(returnTo: number): void {
    if (this.#stack.length === this.#stackEntries) this.#stack.shift();
    this.#stack.push(returnTo);
  }

  #redirect(packet: number, target: number, seen: boolean): Prediction {
    const entry = this.#btb.get(packet);
    const known = seen && entry?.target === target;
    if (entry === undefined) this.#remember(packet, target);
    else this.#renew(entry, target);
    if (known) return 'free';
    this.counts.lateRedirects++;
    return 'late';
  }

  #remember(packet: number, target: number): void {
    const entry = this.#btb.get(packet);
    if (entry !== undefined) {
      this.#renew(entry, target);
      return;
    }
    if (this.#btb.size === this.#btbEntries) this.#evict();
    this.#btb.set(packet, { target, used: this.#uses++ });
  }

  #renew(entry: BtbEntry, target: number): void {
    entry.target = target;
    entry.used = this.#uses++;
  }

  /** Forgets the entry that was not used for the longest time. */
  #evict(): void {
    let oldest = -1;
    let used = this.#uses;
    for (const [packet, entry] of this.#btb) {
      if (entry.used >= used) continue;
      oldest = packet;
      used = entry.used;
    }
    this.#btb.delete(oldest);
  }

  #index(packet: number): number {
    const bits = this.#indexBits;
    const words = packet >>> 2;
    const low = (words & (2 ** bits - 1)) ^ ((words >>> bits) & 3);
    const folded = ((HASH * this.#history) & (2 ** HISTORY_BITS - 1)) >> (HISTORY_BITS - FOLDED_BITS);
    return low ^ (folded << (bits - FOLDED_BITS));
  }
}

interface BtbEntry {
  target: number;
  used: number;
}
