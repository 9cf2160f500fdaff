/** What is measured: programs, and how much work each is. */
import { readFileSync } from 'node:fs';
import { assemble } from '../src/index.ts';

export interface BenchCase {
  readonly name: string;
  /** The program to run, as an ELF file. */
  readonly elf: Uint8Array;
  /** Unit of work, and how many the program does when it is not the instructions that retire. */
  readonly unit: 'instructions' | 'multiply-accumulates' | 'bytes moved';
  readonly work?: number;
}

const PROGRAMS = 'bench/programs';

/** Name of each kernel of host-kernels.c by its number there, with the rounds that take a good part of a second. */
const HOST_KERNELS: readonly (readonly [name: string, kernel: number, rounds: number])[] = [
  ['host mix', -1, 12_000],
  ['integer', 0, 60_000],
  ['branches', 1, 40_000],
  ['memory', 2, 40_000],
  ['multiply, divide', 3, 30_000],
  ['double precision', 4, 40_000],
  ['calls', 5, 25_000],
  ['memcpy', 6, 80_000],
  ['lists', 7, 20_000],
  ['matrices', 8, 15_000],
  ['state machine', 9, 250_000],
];

function assembleHostKernel(kernel: number, rounds: number): Uint8Array {
  const start = readFileSync(`${PROGRAMS}/start.s`, 'utf8');
  const program = assemble([
    { name: 'start.s', text: `.equ KERNEL, ${kernel}\n.equ ROUNDS, ${rounds}\n${start}` },
    { name: 'host-kernels.s', text: readFileSync(`${PROGRAMS}/host-kernels.s`, 'utf8') },
  ]);
  if (!program.ok) throw new Error(`a benchmark does not assemble: ${program.errors[0]!.message}`);
  return program.value.bytes;
}

export const hostCases = (): readonly BenchCase[] =>
  HOST_KERNELS.map(([name, kernel, rounds]) => ({
    name,
    elf: assembleHostKernel(kernel, rounds),
    unit: 'instructions',
  }));
