import type { ActivitySample } from '../accelerator/activity-sample.ts';
import type { Cycles } from '../core/cycles.ts';
import { combine } from './combine.ts';

/** What the accelerator does while its host waits for it: part → what it means. */
export const WAIT_PARTS = {
  compute: 'operand rows enter the array',
  hazards: 'rows wait for a bank, a preload for a result, a configuration for the array',
  load: 'only loads are under way, or the array waits for them',
  store: 'only stores are under way',
  translation: 'loads or stores wait for the accelerator’s TLB',
  memory: 'loads or stores wait for lines that the L2 does not have',
  issue: 'no operation has been issued: commands are on their way or being unrolled',
  drain: 'results leave the array, writes are acknowledged, the host goes on',
} as const;

export type WaitPart = keyof typeof WAIT_PARTS;
export type WaitParts = Readonly<Record<WaitPart, number>>;

export const NO_WAIT: WaitParts = {
  compute: 0,
  hazards: 0,
  load: 0,
  store: 0,
  translation: 0,
  memory: 0,
  issue: 0,
  drain: 0,
};

const share = (part: number, whole: number): number => (whole === 0 ? 0 : Math.min(1, part / whole));

/**
 * Splits the cycles between two samples. Which controllers had work is counted per cycle; how a controller spent its time is
 * known as sums, so a cycle with several causes goes to the first that applies: compute, hazards, then what the operations
 * under way wait for, in proportion.
 * @param ended from when on no operation was under way, if that was before the second sample
 * @returns     whole cycles that add up to `after.at - before.at`
 */
export function splitWait(before: ActivitySample, after: ActivitySample, ended: Cycles): WaitParts {
  const cycles = after.at - before.at;
  if (cycles <= 0) return NO_WAIT;
  const during = (name: keyof ActivitySample): number => after[name] - before[name];
  const executing = during('execute') + during('loadExecute') + during('executeStore') + during('all');
  const compute = Math.min(executing, during('feeding'));
  const hazards = Math.min(executing - compute, during('bankWait') + during('resultWait'));
  // The array has operations that do nothing: they wait for loads or stores, or for results to leave it.
  const waiting = share(executing - compute - hazards, executing);
  const loads = during('load') + during('loadStore') + waiting * (during('loadExecute') + during('all'));
  const stores = during('store') + waiting * during('executeStore');
  const readTranslation = Math.min(loads, during('readTranslation'));
  const writeTranslation = Math.min(stores, during('writeTranslation'));
  const loadsFromMemory = (loads - readTranslation) * share(during('readMiss'), during('readLatency'));
  const storesToMemory = (stores - writeTranslation) * share(during('writeMiss'), during('writeLatency'));
  const tail = Math.min(during('nothing'), Math.max(0, after.at - Math.max(before.at, ended)));
  return wholeCycles(cycles, {
    compute,
    hazards,
    load: loads - readTranslation - loadsFromMemory,
    store: stores - writeTranslation - storesToMemory,
    translation: readTranslation + writeTranslation,
    memory: loadsFromMemory + storesToMemory,
    issue: during('nothing') - tail,
    drain: waiting * during('execute') + tail,
  });
}

/** Rounds parts so that they add up: what rounding leaves goes to the largest. */
function wholeCycles(cycles: number, parts: WaitParts): WaitParts {
  const names = Object.keys(parts) as WaitPart[];
  const whole = Object.fromEntries(names.map((name) => [name, Math.max(0, Math.floor(parts[name]))])) as Record<
    WaitPart,
    number
  >;
  const largest = names.reduce((best, name) => (parts[name] > parts[best] ? name : best));
  whole[largest] += cycles - names.reduce((sum, name) => sum + whole[name], 0);
  return whole;
}

export const addWaits = (a: WaitParts, b: WaitParts): WaitParts => combine(a, b, (x, y) => x + y);
