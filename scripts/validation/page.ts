import { timingParameterRows } from '../../src/timing/config.ts';
import type { MeasuredCase } from './cases.ts';
import { errorOf, LIMITS, type Reading, type Summary, summarize } from './comparison.ts';
import { MEASURED_MACHINE } from './run-case.ts';

const WORST_LISTED = 40;

const percent = (value: number): string => `${value.toFixed(1)} %`;
const signed = (value: number): string => `${value > 0 ? '+' : ''}${percent(value)}`;

/** A case with one measurement shows its repetitions, others show their mean. */
export function caseLine(name: string, readings: readonly Reading[]): string {
  const { mean, worst, outside } = summarize(readings);
  const isSingle = readings.every(({ label }) => label === readings[0]!.label);
  const detail = isSingle
    ? `${cyclesOf(readings, 'measured')} → ${cyclesOf(readings, 'ours')}`
    : `${readings.length} readings, ${outside} over ${LIMITS.worst} %, worst ${describe(worst)}`;
  return `${name.padEnd(24)} ${percent(mean).padStart(8)}  ${detail}`;
}

const cyclesOf = (readings: readonly Reading[], of: 'measured' | 'ours'): string =>
  readings.map((one) => one[of]).join(' ');

const describe = (one: Reading): string =>
  `${one.label} #${one.repetition}: ${one.measured} → ${one.ours} (${signed(errorOf(one))})`;

export const summaryLine = ({ readings, mean, median, outside, worst }: Summary): string =>
  `${readings} readings: mean absolute error ${percent(mean)}, median ${percent(median)}, ` +
  `${outside} over ${LIMITS.worst} %, worst ${worst.case}: ${describe(worst)}`;

export function validationPage(results: ReadonlyMap<MeasuredCase, readonly Reading[]>): string {
  const all = [...results.values()].flat();
  const cold = all.filter(({ repetition }) => repetition === 0);
  const warm = all.filter(({ repetition }) => repetition > 0);
  const means = [...results.values()].map((readings) => summarize(readings).mean);
  const outside = all.filter((one) => Math.abs(errorOf(one)) > LIMITS.worst);
  const meanOfCases = means.reduce((sum, mean) => sum + mean, 0) / means.length;
  return `# Validation

Written by \`npm run validate -- --write\`. The machine is the preset \`${MEASURED_MACHINE}\` with \`memory.latency\` of each case; the
measurements are cycle-exact simulations of the RTL of that machine. \`validation/\` holds the programs (sources and compiled), what ran
(\`cases.csv\`) and the consoles of the real machine (\`measured.txt\`). A reading is one repetition of one measurement, from one read of the
\`cycle\` CSR to the next; the first repetition meets cold caches. An error is (ours − RTL) / RTL.

## Result

${verdict(meanOfCases, outside.length, all.length)}

| readings | count | mean absolute error | median | over ${LIMITS.worst} % |
| --- | --- | --- | --- | --- |
${groupRow('all', all)}
${groupRow('first repetitions (cold caches)', cold)}
${groupRow('further repetitions', warm)}
${[...new Set([...results.keys()].map(({ program }) => program))].map((program) => groupRow(program, readingsOf(results, program))).join('\n')}

Mean of the cases' mean absolute errors: ${percent(meanOfCases)} over ${results.size} cases.

## Cases

| case | program and flags | mode | memory latency | RTL | ours | mean absolute error | worst |
| --- | --- | --- | --- | --- | --- | --- | --- |
${[...results].map(([one, readings]) => caseRow(one, readings)).join('\n')}

## Readings furthest off

| case | measurement | repetition | RTL | ours | error |
| --- | --- | --- | --- | --- | --- |
${furthest(all).map(readingRow).join('\n')}

## What the data say where they differ from the description of later hardware

| parameter | September 2023 | later |
| --- | --- | --- |
| \`accelerator.serialStores\` | a store may be issued before the one before has been read | stores wait for each other |
| \`accelerator.operandLatency\` | 5 cycles from an operand row's read to the array | 2 |
| \`cache.toMemory\` | 4 cycles from the L2 to the memory port | 3 |
| scaling multipliers | a scaled row takes 4 cycles | more |

## Constants

Each can be changed by its key (\`--set\`); the last column names a measured case that shows the value, where one does.

| key | value | unit | meaning | source | shown by |
| --- | --- | --- | --- | --- | --- |
${timingParameterRows().map(constantRow).join('\n')}

## What is not modelled

${NOT_MODELLED.map((line) => `- ${line}`).join('\n')}
`;
}

function verdict(meanOfCases: number, outside: number, total: number): string {
  const mean = `mean absolute error per case ${percent(meanOfCases)}`;
  const isMeanMet = meanOfCases <= LIMITS.mean;
  return `The aims are a mean absolute error of at most ${LIMITS.mean} % and no reading more than ${LIMITS.worst} % off. The first is ${
    isMeanMet ? 'met' : 'not met'
  } (${mean}), the second is ${outside === 0 ? 'met' : `not met: ${outside} of ${total} readings are further off`}.
Many measurements last a few dozen cycles, where one cycle is several percent.`;
}

const readingsOf = (results: ReadonlyMap<MeasuredCase, readonly Reading[]>, program: string): readonly Reading[] =>
  [...results].flatMap(([one, readings]) => (one.program === program ? readings : []));

function groupRow(name: string, readings: readonly Reading[]): string {
  const { mean, median, outside } = summarize(readings);
  return `| ${name} | ${readings.length} | ${percent(mean)} | ${percent(median)} | ${outside} |`;
}

function caseRow({ name, program, flags, mode, memoryLatency }: MeasuredCase, readings: readonly Reading[]): string {
  const { mean, worst } = summarize(readings);
  const isSingle = readings.every(({ label }) => label === readings[0]!.label);
  const [measured, ours] = isSingle
    ? [cyclesOf(readings, 'measured'), cyclesOf(readings, 'ours')]
    : [`${readings.length} readings`, ''];
  const what = `${program} ${flags}`.trim();
  return `| ${name} | \`${what}\` | ${mode} | ${memoryLatency} | ${measured} | ${ours} | ${percent(mean)} | ${signed(errorOf(worst))} |`;
}

const furthest = (readings: readonly Reading[]): readonly Reading[] =>
  readings.toSorted((a, b) => Math.abs(errorOf(b)) - Math.abs(errorOf(a))).slice(0, WORST_LISTED);

const readingRow = (one: Reading): string =>
  `| ${one.case} | ${one.label} | ${one.repetition} | ${one.measured} | ${one.ours} | ${signed(errorOf(one))} |`;

const constantRow = ([key, { default: value, unit, summary, source, case: shownBy }]: ReturnType<
  typeof timingParameterRows
>[number]): string => `| ${[`\`${key}\``, value, unit, summary, source, shownBy ?? ''].join(' | ')} |`;

/** What the model leaves out, and what the data leave open. */
const NOT_MODELLED = [
  'The L2 chooses victims with a shift register that steps with every look at the directory, as the hardware does, but the hardware’s register has a history that starts at reset. Runs with cold caches, and working sets near the size of the L2, therefore differ by some misses in both directions. Moving the phase of the register in the RTL itself moves a 100×100×100 product by up to 1 % cold and 0.4 % warm.',
  'Loads that fill a scratchpad bank at full rate starve operand reads of the same bank. Whether the last blocks of a loop win against the first loads of the loop after the next is a matter of a few cycles, in the hardware, too; `loop_ws` tiles that split k with four block rows are where this shows (`mm_256_4_4_8_lat20`, `mm_vm_512k`).',
  'Store sequences of layernorm and softmax in `loop_ws` are timed as plain stores.',
  'Single-ported accumulators, `mvout_spad`, im2col and the normaliser’s passes are not timed.',
  'The DDR model serves requests in the order of arrival; the window of the scheduler is left out. No reading here uses it: the measured memory has a fixed latency.',
  'The FireSim layer set (`data/validation/firesim`) is kept for comparison but is not compared yet.',
  'The out-of-order host shares the model of the in-order one and is coarse; nothing here was measured on one, nor with several tiles, nor on other accelerators than the measured one.',
];
