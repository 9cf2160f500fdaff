/** `pollux counters`: the table of what the timing model counts. */
import { COUNTERS, findCounter } from '../timing/counters.ts';
import { exitCode } from './exit-codes.ts';
import { report } from './terminal.ts';

export function counters(ids: readonly string[]): number {
  const found = ids.map(findCounter);
  const problems = found.flatMap((one) => (one.ok ? [] : one.errors));
  if (problems.length > 0) {
    report(problems);
    return exitCode('badInput');
  }
  const chosen = COUNTERS.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const rows = chosen.map(({ id, name, unit, meaning, formula }) => [
    id,
    name,
    unit,
    formula === '' ? meaning : `${meaning} = ${formula}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  return exitCode('success');
}
