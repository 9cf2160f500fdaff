import type { TimingConfig } from '../config.ts';
import { type Cycles, NEVER } from '../core/cycles.ts';

/** What fetch makes of a control transfer. */
export type Prediction =
  /** Fetch goes on without a gap. */
  | 'free'
  /** Fetch finds out one stage later. */
  | 'late'
  /** The pipeline finds out. */
  | 'wrong';

/** A place with a control transfer, as the predictor knows it. */
export interface TransferSite {
  /** Address of its last packet of 4 bytes. */
  readonly packet: number;
  /** The part of its index in the table of counters that does not depend on history. */
  readonly bhtIndex: number;
  /** Entry of the BTB that holds it, if one does. */
  btbEntry: number;
}

/** Of blocks that fetch runs out of straight. */
export const NO_SITE: TransferSite = { packet: -1, bhtIndex: 0, btbEntry: 0 };

const HISTORY_BITS = 8;
/** Worked out here: a power is a call. */
const HISTORY_MASK = 2 ** HISTORY_BITS - 1;
const FOLDED_BITS = 3;
/** floor(√3 / 2 · 2^8), the multiplier of the hash. */
const HASH = 221;
/** Outcomes on their way from the pipeline to the table; more than can be between fetch and the stage that knows. */
const UNWRITTEN = 8;
/** From the issue of a branch to fetch finding its outcome in the table. */
const ISSUE_TO_TABLE = 4;
/** From a branch leaving fetch to its outcome being in the history that fetch reads for what leaves then. */
const FETCH_TO_HISTORY = 2;

/**
 * Rocket's branch prediction: a fully associative BTB, a table of 1-bit counters indexed by address and folded history,
 * and a return address stack. All methods take addresses as numbers; the BTB knows a jump by its last packet of 4 bytes.
 * Fetch reads counters and history one cycle before a packet leaves it: it sees the history without a branch of the packet
 * just before, and the table without branches that have not got through the pipeline.
 * @source soc-timing §2.4; BTB and Frontend of rocket-chip
 */
export class BranchPredictor {
  readonly counts = { branches: 0, mispredicts: 0, lateRedirects: 0 };
  readonly #bht: Uint8Array;
  readonly #foldedShift: number;
  #history = 0;
  /** The history without the last branch, and when that one left fetch. */
  #historyBefore = 0;
  #lastFetched: Cycles = -NEVER;
  readonly #unwrittenIndex = new Uint16Array(UNWRITTEN);
  readonly #unwrittenValue = new Uint8Array(UNWRITTEN);
  readonly #unwrittenAt = new Float64Array(UNWRITTEN);
  /** Outcomes so far, and how many of them are in the table. */
  #outcomes = 0;
  #written = 0;
  readonly #sites = new Map<number, TransferSite>();
  /** Of each BTB entry: whose it is, where that goes, and its neighbours in a ring in the order of use. */
  readonly #btbPackets: Float64Array;
  readonly #btbTargets: Float64Array;
  readonly #btbOlder: Uint16Array;
  readonly #btbNewer: Uint16Array;
  #btbNewest = 0;
  readonly #stack: number[] = [];
  readonly #stackEntries: number;

  constructor({ btbEntries, bhtEntries, rasEntries }: TimingConfig['host']) {
    this.#bht = new Uint8Array(bhtEntries);
    this.#foldedShift = Math.log2(bhtEntries) - FOLDED_BITS;
    this.#btbPackets = new Float64Array(btbEntries).fill(-1);
    this.#btbTargets = new Float64Array(btbEntries);
    this.#btbOlder = Uint16Array.from({ length: btbEntries }, (_, entry) => (entry + 1) % btbEntries);
    this.#btbNewer = Uint16Array.from({ length: btbEntries }, (_, entry) => (entry + btbEntries - 1) % btbEntries);
    this.#stackEntries = rasEntries;
  }

  /** The site of a packet; there is one for each. */
  site(packet: number): TransferSite {
    const known = this.#sites.get(packet);
    if (known !== undefined) return known;
    const words = Math.floor(packet / 4);
    const size = this.#bht.length;
    const site = { packet, bhtIndex: (words % size) ^ (Math.floor(words / size) & 3), btbEntry: 0 };
    this.#sites.set(packet, site);
    return site;
  }

  /**
   * @param seen can the BTB see the packet, or was it entered in its middle?
   * @param fetched when its packet left fetch
   * @param issued  when the branch was issued
   * @param refetched how often it was fetched before the fetch that counts: each time fetch notes what it predicts
   */
  branch(
    site: TransferSite,
    isTaken: boolean,
    target: number,
    seen: boolean,
    fetched: Cycles = NEVER,
    issued: Cycles = -NEVER,
    refetched = 0,
  ): Prediction {
    this.counts.branches++;
    const taken = isTaken ? 1 : 0;
    this.#writeUntil(fetched);
    let history = this.#historyAt(fetched);
    for (let time = 0; time < refetched; time++) {
      this.#history = (this.#bht[this.#indexOf(site, history)]! << (HISTORY_BITS - 1)) | (this.#history >> 1);
      history = this.#history;
    }
    const index = this.#indexOf(site, history);
    const predicted = this.#bht[index];
    this.#write(index, taken, issued + ISSUE_TO_TABLE);
    this.#historyBefore = this.#history;
    this.#lastFetched = fetched;
    this.#history = (taken << (HISTORY_BITS - 1)) | ((predicted === taken ? this.#history : history) >> 1);
    if (predicted !== taken) {
      this.counts.mispredicts++;
      if (isTaken) this.#remember(site, target);
      return 'wrong';
    }
    return isTaken ? this.#redirect(site, target, seen) : 'free';
  }

  jump(site: TransferSite, target: number, seen: boolean): Prediction {
    return this.#redirect(site, target, seen);
  }

  jumpRegister(
    site: TransferSite,
    target: number,
    isReturn: boolean,
    seen: boolean,
    fetched: Cycles = NEVER,
  ): Prediction {
    if (isReturn && this.#stack.length > 0) {
      if (this.#stack.pop() === target) return this.#redirect(site, target, seen);
    } else if (this.#knows(site, target)) {
      this.counts.lateRedirects++;
      return 'late';
    }
    this.counts.mispredicts++;
    this.#history = this.#historyAt(fetched);
    this.#remember(site, target);
    return 'wrong';
  }

  #indexOf({ bhtIndex }: TransferSite, history: number): number {
    const folded = ((HASH * history) & HISTORY_MASK) >> (HISTORY_BITS - FOLDED_BITS);
    return bhtIndex ^ (folded << this.#foldedShift);
  }

  #historyAt(fetched: Cycles): number {
    return fetched < this.#lastFetched + FETCH_TO_HISTORY ? this.#historyBefore : this.#history;
  }

  #writeUntil(at: Cycles): void {
    while (this.#written < this.#outcomes) {
      const slot = this.#written % UNWRITTEN;
      if (this.#unwrittenAt[slot]! > at) return;
      this.#bht[this.#unwrittenIndex[slot]!] = this.#unwrittenValue[slot]!;
      this.#written++;
    }
  }

  #write(index: number, value: number, at: Cycles): void {
    if (this.#outcomes - this.#written === UNWRITTEN) this.#writeUntil(this.#unwrittenAt[this.#written % UNWRITTEN]!);
    const slot = this.#outcomes++ % UNWRITTEN;
    this.#unwrittenIndex[slot] = index;
    this.#unwrittenValue[slot] = value;
    this.#unwrittenAt[slot] = at;
  }

  call(returnTo: number): void {
    if (this.#stack.length === this.#stackEntries) this.#stack.shift();
    this.#stack.push(returnTo);
  }

  #redirect(site: TransferSite, target: number, seen: boolean): Prediction {
    const known = seen && this.#knows(site, target);
    this.#remember(site, target);
    if (known) return 'free';
    this.counts.lateRedirects++;
    return 'late';
  }

  #knows({ packet, btbEntry }: TransferSite, target: number): boolean {
    return this.#btbPackets[btbEntry] === packet && this.#btbTargets[btbEntry] === target;
  }

  #remember(site: TransferSite, target: number): void {
    if (this.#btbPackets[site.btbEntry] !== site.packet) {
      // The ring leads from the newest to the oldest.
      site.btbEntry = this.#btbNewer[this.#btbNewest]!;
      this.#btbPackets[site.btbEntry] = site.packet;
    }
    this.#btbTargets[site.btbEntry] = target;
    if (site.btbEntry !== this.#btbNewest) this.#use(site.btbEntry);
  }

  /** Moves an entry to the newest one's place. */
  #use(entry: number): void {
    const [older, newer] = [this.#btbOlder, this.#btbNewer];
    const newest = this.#btbNewest;
    this.#btbNewest = entry;
    const oldest = newer[newest]!;
    if (entry === oldest) return;
    older[newer[entry]!] = older[entry]!;
    newer[older[entry]!] = newer[entry]!;
    older[entry] = newest;
    newer[entry] = oldest;
    newer[newest] = entry;
    older[oldest] = entry;
  }
}
