/** Compares simulated cycles with measured ones: programs run on the machine that was measured. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPrograms } from './validation/cases.ts';
import { compare } from './validation/comparison.ts';
import { readLayers } from './validation/layers.ts';
import { exceeds, limitOf, readLimits, tightenLimits } from './validation/limits.ts';
import { layerMachine, timeLayers } from './validation/measured-programs.ts';
import { caseLine, layerLine, layerSummary, summaryTable, writeLayers, writePage } from './validation/page.ts';
import { simulate } from './validation/simulate.ts';

const USAGE = `usage: npm run validate -- [--only PATTERN] [--data DIR] [--layers] [--write]

  --only PATTERN  programs whose name matches the regular expression
  --data DIR      another directory with rtl/cases.csv, consoles, and programs/ that are not the project's own
  --layers        compare whole layers with FireSim instead, which takes some minutes
  --write         renew docs/validation.md and tighten the recorded limits
  --help          print this

The exit status is 1 when a case is further off than its limit, 2 when the cases cannot be compared.`;

const OWN_DATA = 'data/validation';

function validate(): number {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      data: { type: 'string' },
      layers: { type: 'boolean' },
      write: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.write && (values.only !== undefined || values.data !== undefined))
    throw new Error('--write is about all cases of the project: leave out --only and --data');
  const only = new RegExp(values.only ?? '');
  const data = values.data ?? OWN_DATA;
  if (values.layers) return validateLayers(data, only, values.write === true);
  const folders = [join(data, 'programs'), join(OWN_DATA, 'programs')];
  const programs = readPrograms(data, folders).filter(({ name }) => only.test(name));
  if (programs.length === 0) throw new Error(`no program matches --only ${values.only}`);
  const limits = readLimits();
  const cases = programs.flatMap((program) => {
    const compared = compare(program, simulate(program));
    for (const one of compared) console.log(caseLine(one));
    return compared;
  });
  console.log(`\n${summaryTable(cases)}`);
  if (values.write) {
    writePage(cases);
    tightenLimits(limits, cases);
    return 0;
  }
  const beyond = cases.filter((one) => exceeds(limits, one));
  for (const one of beyond) console.error(`beyond ${limitOf(limits, one)} %: ${caseLine(one)}`);
  if (beyond.length > 0) console.error(`${beyond.length} of ${cases.length} cases are further off than their limits`);
  return beyond.length === 0 ? 0 : 1;
}

function validateLayers(data: string, only: RegExp, writes: boolean): number {
  const layers = readLayers(data).filter(({ name }) => only.test(name));
  if (layers.length === 0) throw new Error(`no layer matches ${only}`);
  const timed = timeLayers(layers, layerMachine());
  for (const one of timed) console.log(layerLine(one));
  console.log(`\n${layerSummary(timed)}`);
  if (writes) writeLayers(timed);
  return 0;
}

try {
  process.exitCode = validate();
} catch (problem) {
  console.error(problem instanceof Error ? problem.message : problem);
  process.exitCode = 2;
}
