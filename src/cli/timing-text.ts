/** Where the cycles of a run went, for people. */
import type {
  CyclePart,
  FunctionReport,
  RegionReport,
  StretchReport,
  TileReport,
  TimingReport,
} from '../timing/report.ts';
import { thousands } from './terminal.ts';

/** Functions that are listed; the rest is one line. */
const MOST_FUNCTIONS = 8;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const rate = (macs: number): string => macs.toFixed(macs < 10 ? 2 : 1);

export const describeTiming = ({ tiles }: TimingReport): string =>
  tiles.map((tile, index) => describeTile(tile, index)).join('\n');

function describeTile(tile: TileReport, index: number): string {
  const { cycles, instructions, parts, regions, functions, advice } = tile;
  if (cycles === 0) return `tile ${index}: did nothing`;
  return [
    `tile ${index}: ${thousands(cycles)} cycles, ${thousands(instructions)} instructions`,
    ...partLines(parts, cycles),
    ...(tile.roofline.macs === 0 ? [] : [`  ${describeRoofline(tile)}`]),
    ...(regions.length === 0 ? [] : ['  regions', ...regions.map(regionLine)]),
    ...(functions.length < 2 ? [] : ['  functions', ...functionLines(functions, cycles)]),
    `  next: ${advice.text}${advice.parameters.map(({ key, value }) => `; ${key} is ${value}`).join('')}`,
  ].join('\n');
}

const line = (cycles: number, of: number, text: string): string =>
  `  ${thousands(cycles).padStart(15)}  ${percent(of === 0 ? 0 : cycles / of).padStart(7)}  ${text}`;

/** The largest part first. */
const partLines = (parts: readonly CyclePart[], cycles: number): string[] =>
  parts
    .filter((one) => one.cycles !== 0)
    .toSorted((a, b) => b.cycles - a.cycles)
    .map((one) => line(one.cycles, cycles, one.part));

function describeRoofline({ roofline }: StretchReport): string {
  const { macs, achieved, utilisation, intensity, memoryIntensity, boundBy, l2Roof, memoryRoof, ofRoof, arrayPeak } =
    roofline;
  const most = Math.min(l2Roof, memoryRoof);
  return [
    `${thousands(macs)} MACs, ${rate(achieved)} of ${arrayPeak} per cycle: utilisation ${percent(utilisation)}`,
    `roof ${rate(most)} by ${boundBy}, ${percent(ofRoof)} of it`,
    `${rate(intensity)} MACs per byte from the L2, ${memoryIntensity === 0 ? 'none' : rate(memoryIntensity)} from memory`,
  ].join('; ');
}

function regionLine({ mark, visits, cycles, parts, roofline }: RegionReport): string {
  const largest = parts.reduce((best, one) => (one.cycles > best.cycles ? one : best));
  const name = mark === 0 ? 'outside of marks' : `mark ${mark}`;
  const use = roofline.macs === 0 ? '' : `, utilisation ${percent(roofline.utilisation)}`;
  return `  ${thousands(cycles).padStart(15)}  ${name}, ${visits}×${use}; ${percent(cycles === 0 ? 0 : largest.cycles / cycles)} ${largest.part}`;
}

function functionLines(functions: readonly FunctionReport[], cycles: number): string[] {
  const rest = functions.slice(MOST_FUNCTIONS);
  const restCycles = rest.reduce((sum, one) => sum + one.cycles, 0);
  return [
    ...functions.slice(0, MOST_FUNCTIONS).map((one) => line(one.cycles, cycles, `${one.name}${largestWait(one)}`)),
    ...(rest.length === 0 ? [] : [line(restCycles, cycles, `${rest.length} others`)]),
  ];
}

/** What a function waits for most, when it waits at all. */
function largestWait({ cycles, parts }: FunctionReport): string {
  const largest = parts.reduce((best, one) => (one.cycles > best.cycles ? one : best));
  return largest.part === 'host' ? '' : `, ${percent(largest.cycles / cycles)} ${largest.part}`;
}
