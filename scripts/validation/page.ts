/** docs/validation.md between its marks: the table of cases and the summaries. */
import { readFileSync, writeFileSync } from 'node:fs';
import { table } from '../docs/markdown.ts';
import { type Case, errorsOf, type Summary, summarize } from './comparison.ts';
import { spearman, type TimedLayer } from './measured-programs.ts';

const PAGE = 'docs/validation.md';
const RESULT = /(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/;
const LAYERS = /(<!-- layers -->\n)[\s\S]*?(<!-- end of layers -->)/;

const signed = (x: number): string => `${x >= 0 ? '+' : ''}${x.toFixed(1)} %`;
const percent = (x: number): string => `${x.toFixed(2)} %`;

export const caseLine = (one: Case): string =>
  `${one.program} | ${one.name} | ${one.cycles.join(' ')} | ${one.simulated.join(' ')} | ${errorsOf(one).map(signed).join(' ')}`;

const summaryRow = (name: string, { readings, mean, median, worst, above }: Summary): string[] => [
  name,
  `${readings}`,
  percent(mean),
  percent(median),
  percent(worst),
  `${above}`,
];

/** Of all readings, of first repetitions (cold caches), of the last of each case (warm), and of each kind of program. */
export function summaryTable(cases: readonly Case[]): string {
  const groups: (readonly [name: string, errors: readonly number[]])[] = [
    ['all readings', cases.flatMap(errorsOf)],
    ['first repetitions: cold caches', cases.map((one) => errorsOf(one)[0]!)],
    ['last repetitions: warm caches', cases.map((one) => errorsOf(one).at(-1)!)],
  ];
  for (const kind of new Set(cases.map(kindOf)))
    groups.push([kind, cases.filter((one) => kindOf(one) === kind).flatMap(errorsOf)]);
  return table(
    ['readings', 'count', 'mean error', 'median', 'worst', 'above 10 %'],
    groups.map(([name, errors]) => summaryRow(name, summarize(errors))),
  );
}

/** `mm2_r1_078` → mm2. */
const kindOf = ({ program }: Case): string => `\`${program.split('_')[0]!}\``;

export const layerLine = ({ name, measured, spread, simulated }: TimedLayer): string =>
  `${name} | ${Math.round(measured)} ± ${spread.toFixed(1)} % | ${simulated} | ${signed(layerError(measured, simulated))}`;

const layerError = (measured: number, simulated: number): number => (100 * (simulated - measured)) / measured;

export function layerSummary(layers: readonly TimedLayer[]): string {
  const { readings, mean, median, worst } = summarize(
    layers.map(({ measured, simulated }) => layerError(measured, simulated)),
  );
  return `${readings} layers: Spearman ${spearman(layers).toFixed(3)}, mean absolute error ${percent(mean)}, median ${percent(median)}, worst ${percent(worst)}`;
}

export function writeLayers(layers: readonly TimedLayer[]): void {
  const rows = layers.map((one) => layerLine(one).split(' | '));
  const text = `${layerSummary(layers)}\n\n${table(['layer', 'FireSim cycles', 'simulated cycles', 'error'], rows)}`;
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(LAYERS, (_, start, end) => `${start}${text}\n${end}`),
  );
}

export function writePage(cases: readonly Case[]): void {
  const rows = cases.map((one) => caseLine(one).split(' | '));
  const text = [summaryTable(cases), table(['program', 'case', 'RTL cycles', 'simulated cycles', 'error'], rows)].join(
    '\n\n',
  );
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(RESULT, (_, start, end) => `${start}${text}\n${end}`),
  );
}
