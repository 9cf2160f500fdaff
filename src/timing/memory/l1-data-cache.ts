import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import {
  ACQUIRE,
  ACQUIRE_TO_WRITE,
  HELD_CLEAN,
  HELD_DIRTY,
  NOT_HELD,
  RELEASE,
  UPGRADE,
} from '../core/memory/l2-port.ts';
import { LFSR_RESET, nextLfsr } from '../core/memory/lfsr.ts';
import type { CoherentClient } from '../timing-core.ts';
import { DataCachePort } from './data-cache-port.ts';
import type { HostPort } from './host-port.ts';

/** States of a line in the order of what they permit. */
const INVALID = 0;
const SHARED = 1;
const EXCLUSIVE = 2;
const DIRTY = 3;

/** From an access to the cycle in which it is known to miss, from which on the cache takes no other. */
const TO_MISS = 2;

export interface L1Counts {
  accesses: number;
  misses: number;
  upgrades: number;
  writeBacks: number;
}

/** The blocking L1 data cache of a host: tags and states, and what a miss costs. @source soc-timing §3 */
export class L1DataCache implements CoherentClient {
  readonly counts: L1Counts = { accesses: 0, misses: 0, upgrades: 0, writeBacks: 0 };
  readonly port = new DataCachePort();
  /** Attempts of the last access that missed: one to write a dirty victim back, one to ask for the line. */
  refusals = 0;
  readonly #config: TimingConfig;
  readonly #client: number;
  readonly #sets: number;
  readonly #ways: number;
  readonly #lineBytes: number;
  readonly #lines: Float64Array;
  readonly #states: Uint8Array;
  readonly #beats: number;
  readonly #l2: HostPort;
  #lfsr = LFSR_RESET;

  constructor(config: TimingConfig, client: number, l2: HostPort) {
    const { dcacheSets, dcacheWays } = config.host;
    this.#config = config;
    this.#client = client;
    this.#l2 = l2;
    this.#sets = dcacheSets;
    this.#ways = dcacheWays;
    this.#lineBytes = config.cache.lineBytes;
    this.#lines = new Float64Array(dcacheSets * dcacheWays).fill(-1);
    this.#states = new Uint8Array(dcacheSets * dcacheWays);
    this.#beats = Math.max(1, config.cache.lineBytes / config.bus.beatBytes);
  }

  /** Accesses a line that needs nothing from the L2, which costs nothing. @returns was it one? */
  tryHit(paddr: number, isStore: boolean): boolean {
    const way = this.#find(Math.floor(paddr / this.#lineBytes));
    if (way < 0) return false;
    if (isStore) {
      if (this.#states[way]! < EXCLUSIVE) return false;
      this.#states[way] = DIRTY;
    }
    this.counts.accesses++;
    return true;
  }

  /**
   * An access in write-back at `at`.
   * @returns cycles that it takes longer than a hit
   */
  access(at: Cycles, paddr: number, isStore: boolean): Cycles {
    if (this.tryHit(paddr, isStore)) return 0;
    this.counts.accesses++;
    this.refusals = 1;
    const line = Math.floor(paddr / this.#lineBytes);
    const way = this.#find(line);
    if (way >= 0) this.#states[way] = DIRTY;
    const penalty = way < 0 ? this.#miss(at, line, isStore) : this.#upgrade(at, line);
    this.port.refill(at + TO_MISS, at + penalty);
    return penalty;
  }

  probe(paddr: number, takeAway: boolean): number {
    const way = this.#find(Math.floor(paddr / this.#lineBytes));
    if (way < 0) return NOT_HELD;
    const wasDirty = this.#states[way] === DIRTY;
    this.#states[way] = takeAway ? INVALID : SHARED;
    if (takeAway) this.#lines[way] = -1;
    return wasDirty ? HELD_DIRTY : HELD_CLEAN;
  }

  #find(line: number): number {
    const lines = this.#lines;
    const base = (line % this.#sets) * this.#ways;
    for (let way = base; way < base + this.#ways; way++) if (lines[way] === line) return way;
    return -1;
  }

  #miss(at: Cycles, line: number, isStore: boolean): Cycles {
    const { host, cache, bus } = this.#config;
    this.counts.misses++;
    const way = (line % host.dcacheSets) * host.dcacheWays + (this.#lfsr % host.dcacheWays);
    this.#lfsr = nextLfsr(this.#lfsr);
    let start = at;
    if (this.#states[way] === DIRTY) {
      this.counts.writeBacks++;
      this.refusals++;
      this.#l2.access(
        RELEASE,
        start + bus.tileHop + 3,
        this.#lines[way]! * cache.lineBytes,
        this.#beats,
        1,
        this.#client,
      );
      start += host.dirtyVictim;
    }
    const request = isStore ? ACQUIRE_TO_WRITE : ACQUIRE;
    this.#l2.access(request, start + bus.tileHop, line * cache.lineBytes, 1, this.#beats, this.#client);
    this.#lines[way] = line;
    this.#states[way] = isStore ? DIRTY : this.#l2.isExclusive ? EXCLUSIVE : SHARED;
    // Penalty of an L2 hit is measured; whatever the first beat comes later, and beats that come slower, add to it.
    const late = this.#l2.firstBeat - (start + bus.tileHop + cache.hit);
    const slow = (this.#beats - 1) * (this.#l2.beatGap - 1);
    return start - at + host.dcacheMiss + late + slow;
  }

  #upgrade(at: Cycles, line: number): Cycles {
    const { host, cache, bus } = this.#config;
    this.counts.upgrades++;
    // Whatever the L2 grants steps the register.
    this.#lfsr = nextLfsr(this.#lfsr);
    this.#l2.access(UPGRADE, at + bus.tileHop, line * cache.lineBytes, 1, 1, this.#client);
    return host.upgrade + (this.#l2.firstBeat - (at + bus.tileHop + cache.hit));
  }
}
