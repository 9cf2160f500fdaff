/** Measured cases: `cases.csv` says what ran, the consoles of the real machine say how long it took. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MeasuredCase {
  readonly name: string;
  /** Source file and compiler flags of the program. */
  readonly program: string;
  readonly flags: string;
  readonly mode: string;
  /** `memory.latency`, cycles. */
  readonly memoryLatency: string;
  /** What the program printed on the real machine. */
  readonly console: string;
  /** The compiled program. */
  readonly elf: string;
}

/** One line of a console: what was measured, and the cycles of consecutive repetitions, the first with cold caches. */
export interface Measurement {
  readonly label: string;
  readonly cycles: readonly number[];
}

const COLUMNS = 'file,program,flags,mode,memory_latency';

/**
 * @param directory with cases.csv; consoles in measured.txt or one file per case
 * @param programs where to look for `elf/NAME.elf`, the first that has it wins
 */
export function readCases(directory: string, programs: readonly string[]): readonly MeasuredCase[] {
  const [header, ...rows] = readFileSync(join(directory, 'cases.csv'), 'utf8').trimEnd().split('\n');
  if (header !== COLUMNS) throw new Error(`${directory}/cases.csv: columns are ${header}, not ${COLUMNS}`);
  const merged = join(directory, 'measured.txt');
  const consoles = existsSync(merged) ? splitConsoles(readFileSync(merged, 'utf8')) : undefined;
  return rows.map((row) => {
    const [file = '', program = '', flags = '', mode = '', memoryLatency = ''] = row.split(',');
    const name = file.replace(/\.txt$/, '');
    const text = consoles === undefined ? readFileSync(join(directory, file), 'utf8') : consoles.get(name);
    if (text === undefined) throw new Error(`${merged}: nothing is measured for ${name}`);
    const elf = programs.map((one) => join(one, 'elf', `${name}.elf`)).find((path) => existsSync(path));
    if (elf === undefined)
      throw new Error(
        `no elf/${name}.elf in ${programs.join(', ')}: run validation/build.sh ${directory} ${directory}`,
      );
    return { name, program, flags, mode, memoryLatency, console: text, elf };
  });
}

/** `[name]` in front of each console. */
function splitConsoles(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^\[(.+)\]$/m).slice(1);
  return new Map(Array.from({ length: parts.length / 2 }, (_, index) => [parts[2 * index]!, parts[2 * index + 1]!]));
}

/** `label 195 65 65`, or `label cycles 4278 3119 3119 more`; counts of instructions and checksums are no cycles. */
export function readMeasurements(console: string): readonly Measurement[] {
  return console
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^(.*?)(?: cycles)?((?: \d+)+)(?: (?:instret|bad=|hash=).*)?$/.exec(line);
      if (match === null) throw new Error(`no cycles in the console line "${line}"`);
      return { label: match[1]!, cycles: match[2]!.trim().split(' ').map(Number) };
    });
}
