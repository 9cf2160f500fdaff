/**
 * How far each case may be off. A case without a row has the limit that all should have; rows are for those that are
 * beyond it today, so that they are known and cannot get worse.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { AIM, type Case, errorsOf } from './comparison.ts';

const FILE = 'data/validation/limits.csv';
const HEADER = 'program,case,percent';
/** Cycles by which any reading may be off: many measurements last a few dozen. */
const SLACK_CYCLES = 3;
/** Percent by which a recorded limit is above the error it was recorded for: a replaced line more or less moves some cases. */
const MARGIN = 4;
/** Cases this close below the aim get a row, too. */
const NEAR = 2;

export type Limits = ReadonlyMap<string, number>;

const keyOf = ({ program, name }: Case): string => `${program},${name}`;

export function readLimits(): Limits {
  if (!existsSync(FILE)) return new Map();
  const [header, ...rows] = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  if (header !== HEADER) throw new Error(`${FILE}: columns are ${header}, not ${HEADER}`);
  return new Map(
    rows.map((row) => {
      const at = row.lastIndexOf(',');
      return [row.slice(0, at), Number(row.slice(at + 1))];
    }),
  );
}

export const limitOf = (limits: Limits, one: Case): number => limits.get(keyOf(one)) ?? AIM.worst;

/** The largest error of a case, not counting readings that are a few cycles off. */
function worstOf(one: Case): number {
  const errors = errorsOf(one).map((error, k) =>
    Math.abs(one.simulated[k]! - one.cycles[k]!) <= SLACK_CYCLES ? 0 : Math.abs(error),
  );
  return Math.max(...errors);
}

export const exceeds = (limits: Limits, one: Case): boolean => worstOf(one) > limitOf(limits, one);

/** Records limits of the cases that are beyond the aim or near it. A limit is never raised but by deleting its row. */
export function tightenLimits(limits: Limits, cases: readonly Case[]): void {
  const rows = cases
    .filter((one) => worstOf(one) > AIM.worst - NEAR)
    .map(
      (one) =>
        [
          keyOf(one),
          Math.min(limits.get(keyOf(one)) ?? Number.POSITIVE_INFINITY, Math.ceil(worstOf(one) + MARGIN)),
        ] as const,
    );
  writeFileSync(FILE, [HEADER, ...rows.map(([key, percent]) => `${key},${percent}`), ''].join('\n'));
}
