// firmware/include: the accelerator's commands for C and for GNU as, computed from src/isa.
import { ACCELERATOR_OPCODE, type CommandDef, commandsOf, encodeCommand } from '../src/isa/accelerator.ts';
import { EXTERNAL_VALUE_HEADER_OFFSET, EXTERNAL_VALUES, INTERNAL_EVENTS } from '../src/isa/accelerator-counters.ts';
import type { OperandField } from '../src/isa/accelerator-fields.ts';
import { GARBAGE_ADDRESS, LOCAL_ADDRESS, LOCAL_ADDRESS_FUNCTIONS, NORM_COMMANDS } from '../src/isa/local-address.ts';

const NOTICE = 'Computed from src/isa by "npm run generate"; do not edit.';

const current = commandsOf('current');
const square = commandsOf('square-convolution').filter((command) => !current.includes(command));

const identifier = (name: string): string => name.replaceAll('.', '_').toLowerCase();
const capital = (name: string): string => identifier(name).toUpperCase();

/** Fields in the order of their bits, without those that tell variants apart. */
const parameters = (fields: readonly OperandField[]): OperandField[] =>
  fields.filter(({ fixed }) => fixed === undefined);

function packMacro(macro: string, fields: readonly OperandField[]): string[] {
  const names = parameters(fields).map(({ name }) => name);
  if (names.length === 0) return [];
  const terms = fields.map(({ name, lsb, width, fixed }) => {
    if (width === 64) return `(uint64_t)(${name})`;
    const mask = `0x${(2n ** BigInt(width) - 1n).toString(16)}ull`;
    return fixed === undefined ? `(((uint64_t)(${name}) & ${mask}) << ${lsb})` : `${fixed}ull`;
  });
  return [`#define ${macro}(${names.join(', ')}) \\\n  (${terms.join(' | \\\n   ')})`];
}

const fieldValues = (prefix: string, fields: readonly OperandField[]): string[] =>
  fields.flatMap(({ name, values }) =>
    Object.entries(values ?? {}).map(
      ([value, number]) => `#define ${prefix}_${name.toUpperCase()}_${value.toUpperCase()} ${number}`,
    ),
  );

/** As a number, because Clang knows no names of opcodes. */
const OPCODE = `0x${ACCELERATOR_OPCODE.toString(16)}`;

function cFunction({ name, funct, hasResult, summary }: CommandDef): string[] {
  const result = hasResult ? 'uint64_t' : 'void';
  const head = `static inline ${result} gemmini_${identifier(name)}(uint64_t rs1, uint64_t rs2)`;
  const body = hasResult
    ? `  uint64_t rd;\n  __asm__ volatile (".insn r ${OPCODE}, 7, ${funct}, %0, %1, %2" : "=r"(rd) : "r"(rs1), "r"(rs2) : "memory");\n  return rd;`
    : `  __asm__ volatile (".insn r ${OPCODE}, 3, ${funct}, x0, %0, %1" : : "r"(rs1), "r"(rs2) : "memory");`;
  return [`/* ${summary} */`, `${head} {\n${body}\n}`];
}

const cCommand = (command: CommandDef): string => {
  const prefix = `GEMMINI_${capital(command.name)}`;
  return [
    `#define ${prefix}_FUNCT ${command.funct}`,
    ...fieldValues(prefix, [...command.rs1, ...command.rs2]),
    ...packMacro(`${prefix}_RS1`, command.rs1),
    ...packMacro(`${prefix}_RS2`, command.rs2),
    ...cFunction(command),
  ].join('\n');
};

const squareMacros = (command: CommandDef): string => {
  const prefix = `GEMMINI_SQUARE_${capital(command.name)}`;
  return [...packMacro(`${prefix}_RS1`, command.rs1), ...packMacro(`${prefix}_RS2`, command.rs2)].join('\n');
};

const counterConstants = (define: (name: string, value: number) => string): string[] => [
  ...INTERNAL_EVENTS.map(({ name, code }) => define(`GEMMINI_COUNTER_${name.toUpperCase()}`, code)),
  ...EXTERNAL_VALUES.map(({ name, code }) =>
    define(`GEMMINI_COUNTER_${name.toUpperCase()}`, code + EXTERNAL_VALUE_HEADER_OFFSET),
  ),
  define('GEMMINI_COUNTER_EXTERNAL_OFFSET', EXTERNAL_VALUE_HEADER_OFFSET),
];

const normConstants = (define: (name: string, value: number) => string): string[] =>
  Object.entries(NORM_COMMANDS).map(([name, value]) => define(`GEMMINI_NORM_${name.toUpperCase()}`, value));

const hex = (value: number): string => `0x${value.toString(16)}`;

/** firmware/include/gemmini.h */
export function cHeader(): string {
  const define = (name: string, value: number): string => `#define ${name} ${value}`;
  return `${[
    `/* The accelerator's commands. ${NOTICE} */`,
    '#ifndef GEMMINI_H',
    '#define GEMMINI_H',
    '',
    '#include <stdint.h>',
    '',
    '/* Local addresses: rows of scratchpad and accumulator. */',
    ...Object.entries(LOCAL_ADDRESS_FUNCTIONS).map(
      ([name, { base, summary }]) =>
        `#define GEMMINI_${name.toUpperCase()}(row) ((uint32_t)(row) | ${hex(base)}u) /* ${summary} */`,
    ),
    `#define GEMMINI_GARBAGE ${hex(GARBAGE_ADDRESS)}u`,
    `#define GEMMINI_WITH_NORM(local, norm) ((uint32_t)(local) | ((uint32_t)(norm) << ${LOCAL_ADDRESS.norm.lsb}))`,
    ...normConstants(define),
    '',
    '/* Waits until all commands before it are done and their stores are in memory. */',
    'static inline void gemmini_wait(void) { __asm__ volatile ("fence" : : : "memory"); }',
    '',
    '/* Raw bits of a scale. */',
    'static inline uint32_t gemmini_float_bits(float value) { union { float f; uint32_t u; } bits = { value }; return bits.u; }',
    '',
    ...current.map((command) => `${cCommand(command)}\n`),
    '/* Sizes of the convolution loop in the layout before July 2023 (square images). */',
    ...square.map(squareMacros),
    '',
    '/* Events and values of the performance counters; numbers above GEMMINI_COUNTER_EXTERNAL_OFFSET are external values. */',
    ...counterConstants(define),
    '',
    '#endif',
  ].join('\n')}\n`;
}

const REGISTER_RS1 = 10;
const REGISTER_RS2 = 11;

function assemblyMacro(command: CommandDef): string {
  const { name, funct, hasResult, summary } = command;
  // The encoding is spelled as .insn, so that assemblers without the mnemonics read it; both must agree.
  const word = encodeCommand(command, REGISTER_RS1, REGISTER_RS2);
  const funct3 = (word >>> 12) & 7;
  const operands = hasResult ? 'rd, rs1, rs2' : 'rs1, rs2';
  const rd = hasResult ? '\\rd' : 'x0';
  return [
    `# ${summary}`,
    `.macro gemmini_${identifier(name)} ${operands}`,
    `.insn r 0x7b, ${funct3}, ${funct}, ${rd}, \\rs1, \\rs2`,
    '.endm',
  ].join('\n');
}

const fieldShifts = (prefix: string, fields: readonly OperandField[]): string[] =>
  fields.flatMap(({ name, lsb, values }) => [
    `.equ ${prefix}_${name.toUpperCase()}, ${lsb}`,
    ...Object.entries(values ?? {}).map(
      ([value, number]) => `.equ ${prefix}_${name.toUpperCase()}_${value.toUpperCase()}, ${number}`,
    ),
  ]);

/** firmware/include/gemmini.inc */
export function assemblyHeader(): string {
  const define = (name: string, value: number): string => `.equ ${name}, ${value}`;
  return `${[
    `# The accelerator's commands for assemblers without the mnemonics. ${NOTICE}`,
    '# gemmini_<command> rs1, rs2 issues a command; GEMMINI_<COMMAND>_RS1_<FIELD> is the lowest bit of a field.',
    '',
    '# Local addresses: add the row.',
    ...Object.entries(LOCAL_ADDRESS_FUNCTIONS).map(
      ([name, { base }]) => `.equ GEMMINI_${name.toUpperCase()}, ${hex(base)}`,
    ),
    `.equ GEMMINI_GARBAGE, ${hex(GARBAGE_ADDRESS)}`,
    ...normConstants(define),
    '',
    ...current.map((command) =>
      [
        assemblyMacro(command),
        ...fieldShifts(`GEMMINI_${capital(command.name)}_RS1`, parameters(command.rs1)),
        ...fieldShifts(`GEMMINI_${capital(command.name)}_RS2`, parameters(command.rs2)),
        '',
      ].join('\n'),
    ),
    ...counterConstants(define),
  ].join('\n')}\n`;
}
