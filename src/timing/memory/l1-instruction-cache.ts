import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import { GET, NO_CLIENT } from '../core/memory/l2-port.ts';
import { LFSR_RESET, nextLfsr } from '../core/memory/lfsr.ts';
import type { HostPort } from './host-port.ts';

/** The shift register's state when the boot ROM has been left: the measured chip's takes three lines, ours one. */
const LFSR_START = nextLfsr(nextLfsr(LFSR_RESET));

/** The instruction cache of a host: read-only, not tracked by the L2. @source soc-timing §3.3 */
export class L1InstructionCache {
  /** `firstMisses` are those of lines that had never been fetched: no cache is large enough to spare them. */
  readonly counts = { misses: 0, firstMisses: 0 };
  readonly #config: TimingConfig;
  readonly #l2: HostPort;
  readonly #lines: Float64Array;
  readonly #beats: number;
  readonly #fetched = new Set<number>();
  #lfsr = LFSR_START;

  constructor(config: TimingConfig, l2: HostPort) {
    this.#config = config;
    this.#l2 = l2;
    this.#lines = new Float64Array(config.host.icacheSets * config.host.icacheWays).fill(-1);
    this.#beats = Math.max(1, config.cache.lineBytes / config.bus.beatBytes);
  }

  holds(paddr: number): boolean {
    const { icacheSets, icacheWays } = this.#config.host;
    const line = Math.floor(paddr / this.#config.cache.lineBytes);
    const base = (line % icacheSets) * icacheWays;
    for (let way = base; way < base + icacheWays; way++) if (this.#lines[way] === line) return true;
    return false;
  }

  /**
   * Fetches the line of `paddr`.
   * @param isDevice does the line come from a device, past the L2?
   * @returns cycles lost
   */
  miss(at: Cycles, paddr: number, isDevice: boolean): Cycles {
    const { host, cache, bus } = this.#config;
    this.counts.misses++;
    const line = Math.floor(paddr / cache.lineBytes);
    if (!this.#fetched.has(line)) this.counts.firstMisses++;
    this.#fetched.add(line);
    this.#lfsr = nextLfsr(this.#lfsr);
    this.#lines[(line % host.icacheSets) * host.icacheWays + (this.#lfsr % host.icacheWays)] = line;
    if (isDevice) return host.icacheMiss;
    this.#l2.access(GET, at + bus.tileHop, line * cache.lineBytes, 1, this.#beats, NO_CLIENT);
    const late = this.#l2.firstBeat - (at + bus.tileHop + cache.hit);
    return host.icacheMiss + late + (this.#beats - 1) * (this.#l2.beatGap - 1);
  }

  invalidate(): void {
    this.#lines.fill(-1);
  }
}
