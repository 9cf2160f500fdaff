/**
 * Compares the timing model with everything that was measured on the real machine.
 *   npm run validate -- [--only PATTERN] [--data DIR] [--write]
 * `--data` adds the cases of a directory (cases.csv, consoles, elf/); `--write` puts the result into docs/validation.md.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type MeasuredCase, readCases } from './validation/cases.ts';
import { compareConsoles, type Reading, summarize } from './validation/comparison.ts';
import { caseLine, summaryLine, validationPage } from './validation/page.ts';
import { consoleOf, measuredMachine } from './validation/run-case.ts';

const OWN = 'validation';
const PAGE = 'docs/validation.md';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, data: { type: 'string' }, write: { type: 'boolean', default: false } },
});
if (options.write && (options.only !== undefined || options.data !== undefined))
  throw new Error('--write describes the cases of the project, all of them: leave out --only and --data');

const pattern = new RegExp(options.only ?? '');
const further = options.data === undefined ? [] : readCases(options.data, [options.data, OWN]);
const cases = [...readCases(OWN, [OWN]), ...further].filter(({ name }) => pattern.test(name));
if (cases.length === 0) throw new Error(`no case matches ${options.only}`);

const results = new Map<MeasuredCase, readonly Reading[]>();
for (const one of cases) {
  try {
    const ours = consoleOf(one.elf, measuredMachine(one.memoryLatency));
    const readings = compareConsoles(one.name, one.console, ours);
    results.set(one, readings);
    console.log(caseLine(one.name, readings));
  } catch (problem) {
    console.error(`${one.name}: ${problem instanceof Error ? problem.message : problem}`);
    process.exitCode = 1;
  }
}
const all = [...results.values()].flat();
if (all.length > 0) console.log(`\n${summaryLine(summarize(all))}`);
if (options.write && process.exitCode === undefined) writeFileSync(PAGE, validationPage(results));
