/** `--stats` and `--stats-file` of the commands that time a program. */
import type { Diagnostic } from '../support/diagnostics.ts';
import { type Result, succeed } from '../support/result.ts';
import type { TimingReport } from '../timing/report.ts';
import { writeOutput } from './growing-file.ts';
import { formatStats, type StatsFormat } from './stats.ts';

export interface StatsOptions {
  readonly stats?: StatsFormat;
  /** File for the counters, in place of standard output. */
  readonly statsFile?: string;
}

export const wantsStats = ({ stats, statsFile }: StatsOptions): boolean =>
  stats !== undefined || statsFile !== undefined;

/** Writes the counters where they are asked for, if at all; JSON when no format is named. */
export function writeStats(timing: TimingReport, { stats, statsFile }: StatsOptions): Result<void, Diagnostic> {
  if (statsFile !== undefined) return writeOutput(statsFile, formatStats(timing, stats ?? 'json'));
  if (stats !== undefined) process.stdout.write(formatStats(timing, stats));
  return succeed(undefined);
}
