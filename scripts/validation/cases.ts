/** Measured cases: `rtl/cases.csv` says what ran, the consoles of the real machine say how long it took. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One program on one machine. */
export interface MeasuredProgram {
  readonly name: string;
  /** Source file and compiler flags. */
  readonly source: string;
  readonly flags: string;
  /** `memory.latency`, cycles. */
  readonly latency: string;
  readonly measured: readonly Measured[];
  /** File of the compiled program. */
  readonly elf: string;
}

/** One line of a console: a name, and the cycles of repetitions, the first with cold caches. */
export interface Measured {
  readonly name: string;
  readonly cycles: readonly number[];
}

const COLUMNS = 'file,program,flags,mode,memory_latency';

/** Programs that were run with several memory latencies have one copy. */
const PROGRAM_OF: Readonly<Record<string, string>> = {
  micro_lat100: 'micro',
  tlb_vm_lat100b: 'tlb_vm2',
  mm_256_lat100_nb: 'mm_256_4_4_16_nb',
};

/**
 * @param directory with rtl/cases.csv and a console per case beside it
 * @param programs  directories with compiled programs, the first that has one wins
 * @throws when a file is missing or the columns are others
 */
export function readPrograms(directory: string, programs: readonly string[]): readonly MeasuredProgram[] {
  const list = join(directory, 'rtl', 'cases.csv');
  const [header, ...rows] = readFileSync(list, 'utf8').trimEnd().split('\n');
  if (header !== COLUMNS) throw new Error(`${list}: columns are ${header}, not ${COLUMNS}`);
  return rows.map((row) => {
    const [file = '', source = '', flags = '', , latency = ''] = row.split(',');
    const name = file.replace(/\.txt$/, '');
    const elf = programs
      .map((folder) => join(folder, `${PROGRAM_OF[name] ?? name}.elf`))
      .find((path) => existsSync(path));
    if (elf === undefined) throw new Error(`${list}: ${name} has no program in ${programs.join(', ')}`);
    const measured = parseCycles(readFileSync(join(directory, 'rtl', file), 'utf8'));
    if (measured.length === 0) throw new Error(`${file} says nothing about cycles`);
    return { name, source, flags, latency, measured, elf };
  });
}

export function parseCycles(text: string): readonly Measured[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(.*?)((?: \d+){2,4})(?: instret.*)?$/.exec(line) ?? /^(.*?) cycles((?: \d+){3})/.exec(line);
    return match === null ? [] : [{ name: match[1]!, cycles: match[2]!.trim().split(' ').map(Number) }];
  });
}
