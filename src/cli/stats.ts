/** A timed run as text. */
import type { CounterValue, TimingReport } from '../timing/report.ts';

export const STATS_FORMATS = ['json', 'table', 'csv'] as const;
export type StatsFormat = (typeof STATS_FORMATS)[number];

/** JSON is one line, so that it can be told from what the guest printed before. */
export function formatStats(report: TimingReport, format: StatsFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(report)}\n`;
    case 'csv':
      return lines(['id,tile,unit,value', ...report.counters.map((one) => cells(one).join(','))]);
    case 'table':
      return lines(tableRows(report.counters.map(cells)));
  }
}

function tableRows(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([id]) => id!.length));
  return rows.map(
    ([id, tile, unit, value]) => `${id!.padEnd(width + 2)}${tile!.padEnd(4)}${value!.padStart(16)} ${unit}`,
  );
}

const cells = ({ id, tile, unit, value }: CounterValue): string[] => [
  id,
  `${tile ?? ''}`,
  unit,
  Number.isInteger(value) ? `${value}` : value.toFixed(4),
];

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;
