/** What the timing model counts, as a table: every counter of a report is a row here. */
import { type CounterEventDef, EXTERNAL_VALUES, INTERNAL_EVENTS } from '../isa/accelerator-counters.ts';
import { type Diagnostic, didYouMean, errorAt } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { externalValue, internalCount } from './accelerator/event-counters.ts';
import type { HostCounts } from './host/host-model.ts';
import type { SystemTiming } from './system.ts';
import type { TileTiming } from './tile.ts';

export type CounterUnit =
  | 'cycles'
  | 'instructions'
  | 'commands'
  | 'rows'
  | 'bytes'
  | 'events'
  | 'beats'
  | 'ratio'
  | CounterEventDef['unit'];

export interface CounterDef {
  readonly id: string;
  readonly name: string;
  readonly unit: CounterUnit;
  readonly meaning: string;
  /** How it follows from other counters; empty for what is counted itself. */
  readonly formula: string;
}

interface TileCounter extends CounterDef {
  readonly scope: 'tile';
  readonly read: (tile: TileTiming) => number;
}

interface SystemCounter extends CounterDef {
  readonly scope: 'system';
  readonly read: (system: SystemTiming) => number;
}

type Row<Source> = readonly [
  id: string,
  name: string,
  unit: CounterUnit,
  meaning: string,
  read: (from: Source) => number,
];

/** Nothing happened: a ratio of nothing is 0. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const hostCount = (tile: TileTiming, name: keyof HostCounts): number => tile.profile().whole.counts[name];

// biome-ignore format: a table
const TILE_ROWS: readonly Row<TileTiming>[] = [
  ['host.cycles', 'cycles', 'cycles', 'issue of the last instruction', (tile) => tile.profile().whole.cycles],
  ['host.instructions', 'instructions', 'instructions', 'instructions that the host issued', (tile) => hostCount(tile, 'instructions')],
  ['host.issueCycles', 'issue cycles', 'cycles', 'instructions are issued', (tile) => hostCount(tile, 'issueCycles')],
  ['host.interlock', 'interlocks', 'cycles', 'an operand or a unit is not ready', (tile) => hostCount(tile, 'interlock')],
  ['host.instructionMiss', 'instruction misses', 'cycles', 'fetch waits for a line', (tile) => hostCount(tile, 'instructionMiss')],
  ['host.dataMiss', 'data misses', 'cycles', 'a load, store or atomic waits for a line', (tile) => hostCount(tile, 'dataMiss')],
  ['host.tlbMiss', 'TLB misses', 'cycles', 'fetch or an access waits for a translation', (tile) => hostCount(tile, 'tlbMiss')],
  ['host.replay', 'replays', 'cycles', 'an instruction is issued again', (tile) => hostCount(tile, 'replay')],
  ['host.commandWait', 'command waits', 'cycles', 'a command waits until the accelerator takes it', (tile) => hostCount(tile, 'commandWait')],
  ['host.fenceWait', 'fence waits', 'cycles', 'a fence waits until the accelerator is idle', (tile) => hostCount(tile, 'fenceWait')],
  ['icache.misses', 'instruction cache misses', 'events', 'lines fetched into the instruction cache', ({ memory }) => memory.instructions.counts.misses],
  ['dcache.accesses', 'data cache accesses', 'events', 'loads, stores, atomics and page-table reads', ({ data }) => data.counts.accesses],
  ['dcache.misses', 'data cache misses', 'events', 'accesses without their line', ({ data }) => data.counts.misses],
  ['dcache.upgrades', 'data cache upgrades', 'events', 'stores to a line that may only be read', ({ data }) => data.counts.upgrades],
  ['dcache.writeBacks', 'data cache write-backs', 'events', 'dirty lines that leave the cache', ({ data }) => data.counts.writeBacks],
  ['walker.walks', 'page walks', 'events', 'requests to the page-table walker', ({ walker }) => walker.counts.walks],
  ['walker.l2TlbHits', 'L2 TLB hits', 'events', 'walks that the L2 TLB answers', ({ walker }) => walker.counts.l2TlbHits],
  ['walker.l2TlbMisses', 'L2 TLB misses', 'events', 'walks that it does not', ({ walker }) => walker.counts.l2TlbMisses],
  ['walker.busy', 'walker busy', 'cycles', 'a walk is under way', ({ walker }) => walker.counts.busyCycles],
  ['load.commands', 'loads', 'commands', 'commands of the load unit', ({ accelerator: { counts } }) => counts.load.commands],
  ['load.rows', 'load rows', 'rows', 'row requests of the load unit', ({ accelerator: { counts } }) => counts.load.rows],
  ['load.packets', 'read requests', 'events', 'read requests to memory', ({ accelerator: { counts } }) => counts.load.packets],
  ['load.bytes', 'bytes read', 'bytes', 'bytes that the read requests ask for', ({ accelerator: { counts } }) => counts.load.bytes],
  ['load.transactionWait', 'read transaction waits', 'cycles', 'requests wait for a free transaction', ({ accelerator: { counts } }) => counts.load.transactionWait],
  ['store.commands', 'stores', 'commands', 'commands of the store unit', ({ accelerator: { counts } }) => counts.store.commands],
  ['store.rows', 'store rows', 'rows', 'rows that the store unit reads', ({ accelerator: { counts } }) => counts.store.rows],
  ['store.bankWait', 'store bank waits', 'cycles', 'rows wait for their bank', ({ accelerator: { counts } }) => counts.store.bankWait],
  ['writer.packets', 'write requests', 'events', 'write requests to memory', ({ accelerator: { counts } }) => counts.writer.packets],
  ['writer.bytes', 'bytes written', 'bytes', 'bytes of the write requests', ({ accelerator: { counts } }) => counts.writer.bytes],
  ['writer.transactionWait', 'write transaction waits', 'cycles', 'requests wait for a free transaction', ({ accelerator: { counts } }) => counts.writer.transactionWait],
  ['execute.computes', 'computes', 'commands', 'computes of the execute unit', ({ accelerator: { counts } }) => counts.execute.computes],
  ['execute.macs', 'products', 'events', 'products of elements that the computes ask for', ({ accelerator: { counts } }) => counts.execute.macs],
  ['execute.preloads', 'preloads', 'commands', 'preloads of the execute unit', ({ accelerator: { counts } }) => counts.execute.preloads],
  ['execute.active', 'execute active', 'cycles', 'from the first to the last operand row of each pass', ({ accelerator: { counts } }) => counts.execute.activeCycles],
  ['execute.flush', 'execute flushes', 'cycles', 'the array is flushed', ({ accelerator: { counts } }) => counts.execute.flushCycles],
  ['execute.bankWait', 'execute bank waits', 'cycles', 'operand rows wait for their bank', ({ accelerator: { counts } }) => counts.execute.bankWait],
  ['execute.meshWait', 'array waits', 'cycles', 'operand rows wait for the array', ({ accelerator: { counts } }) => counts.execute.meshWait],
  ['execute.hazard', 'execute hazards', 'cycles', 'a pass waits for a result that it reads', ({ accelerator: { counts } }) => counts.execute.rawHazardCycles],
  ['tlb.requests', 'translations', 'events', 'DMA requests that are translated', ({ accelerator: { counts } }) => counts.tlb.requests],
  ['tlb.filterHits', 'filter hits', 'events', 'requests to the same page as the one before', ({ accelerator: { counts } }) => counts.tlb.filterHits],
  ['tlb.hits', 'TLB hits', 'events', 'requests that the accelerator TLB answers', ({ accelerator: { counts } }) => counts.tlb.tlbHits],
  ['tlb.misses', 'TLB misses', 'events', 'requests without translation', ({ accelerator: { counts } }) => counts.tlb.misses],
  ['tlb.missCycles', 'TLB miss cycles', 'cycles', 'a request waits for a walk', ({ accelerator: { counts } }) => counts.tlb.missCycles],
];

// biome-ignore format: a table
const SYSTEM_ROWS: readonly Row<SystemTiming>[] = [
  ['l2.gets', 'L2 reads', 'events', 'reads that keep nothing', ({ core }) => core.l2.gets],
  ['l2.puts', 'L2 writes', 'events', 'writes of the accelerators', ({ core }) => core.l2.puts],
  ['l2.acquires', 'L2 acquires', 'events', 'lines that data caches ask for', ({ core }) => core.l2.acquires],
  ['l2.releases', 'L2 releases', 'events', 'dirty lines that data caches give back', ({ core }) => core.l2.releases],
  ['l2.hits', 'L2 hits', 'events', 'requests with their line', ({ core }) => core.l2.hits],
  ['l2.misses', 'L2 misses', 'events', 'requests without it', ({ core }) => core.l2.misses],
  ['l2.writeBacks', 'L2 write-backs', 'events', 'dirty lines that go to memory', ({ core }) => core.l2.writeBacks],
  ['l2.mshrWait', 'L2 MSHR waits', 'cycles', 'requests wait for a free MSHR', ({ core }) => core.l2.mshrWaits],
  ['memory.reads', 'memory reads', 'events', 'lines read from memory', ({ core }) => core.memory.reads],
  ['memory.writes', 'memory writes', 'events', 'lines written to memory', ({ core }) => core.memory.writes],
];

const define = <Source>([id, name, unit, meaning, read]: Row<Source>) => ({
  id,
  name,
  unit,
  meaning,
  read,
  formula: '',
});

/** The accelerator's own events, which a guest can count, over the whole run. */
const eventCounter = (
  prefix: 'event' | 'external',
  { code, name, unit, summary }: CounterEventDef,
  value: typeof internalCount,
): TileCounter => ({
  scope: 'tile',
  id: `${prefix}.${name}`,
  name: `${prefix} ${code} of the accelerator`,
  unit,
  meaning: summary,
  formula: '',
  read: (tile) => value(tile.accelerator, code, tile.profile().whole.cycles),
});

export const COUNTERS: readonly (TileCounter | SystemCounter)[] = [
  ...TILE_ROWS.map((row) => ({ scope: 'tile' as const, ...define(row) })),
  {
    scope: 'tile',
    id: 'host.cyclesPerInstruction',
    name: 'cycles per instruction',
    unit: 'ratio',
    meaning: 'of the host',
    formula: 'host.cycles / host.instructions',
    read: (tile) => ratio(tile.profile().whole.cycles, hostCount(tile, 'instructions')),
  },
  {
    scope: 'tile',
    id: 'execute.activeShare',
    name: 'execute active share',
    unit: 'ratio',
    meaning: 'share of all cycles in which operand rows pass',
    formula: 'execute.active / host.cycles',
    read: (tile) => ratio(tile.accelerator.counts.execute.activeCycles, tile.profile().whole.cycles),
  },
  ...INTERNAL_EVENTS.map((event) => eventCounter('event', event, internalCount)),
  ...EXTERNAL_VALUES.map((value) => eventCounter('external', value, externalValue)),
  ...SYSTEM_ROWS.map((row) => ({ scope: 'system' as const, ...define(row) })),
];

/** @returns the counter, or that there is none: what the model does not count has no value */
export function findCounter(id: string): Result<CounterDef, Diagnostic> {
  const counter = COUNTERS.find((one) => one.id === id);
  if (counter !== undefined) return succeed(counter);
  const near = didYouMean(
    id,
    COUNTERS.map((one) => one.id),
  );
  const hint = near === undefined ? '"pollux counters" lists all' : `did you mean ${near}?`;
  return fail(errorAt('TIM001', undefined, `the timing model has no counter ${id}`, hint));
}
