/** docs/errors.md: every diagnostic, fault and exit status, from the tables in the code. */
import { ACCELERATOR_CONFIG_ERRORS } from '../../src/accel/config.ts';
import { ACCELERATOR_FAULTS } from '../../src/accel/faults.ts';
import { ASSEMBLER_ERRORS, LINKER_ERRORS } from '../../src/assembler/errors.ts';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { CLI_ERRORS } from '../../src/cli/files.ts';
import { ELF_ERRORS } from '../../src/elf/errors.ts';
import { EXPLAIN_ERRORS } from '../../src/explain/explain.ts';
import { CONFIG_ERRORS } from '../../src/machine/config/errors.ts';
import { LOAD_ERRORS } from '../../src/machine/errors.ts';
import { MACHINE_FAULTS } from '../../src/machine/faults.ts';
import { RUNTIME_ERRORS } from '../../src/runtime/errors.ts';
import { TIMING_ERRORS } from '../../src/timing/errors.ts';
import { RECORDING_ERRORS } from '../../src/timing/records/recording.ts';
import { code, table } from './markdown.ts';

const diagnostics = (errors: Readonly<Record<string, string>>): string =>
  table(
    ['code', 'meaning'],
    Object.entries(errors).map(([id, meaning]) => [code(id), meaning]),
  );

export const errorsPage = (): string => `# Errors, faults and exit statuses

Written by \`npm run generate\` from the tables in the code.

Failures are of three kinds. What you gave to Pollux is wrong: *diagnostics* say what was found, what is allowed, where, and
what to do, several in one run. What your program did has an answer in the architecture: it takes a *trap*, as on hardware.
What no architecture answers ends the run with a *fault*. Anything else is a mistake of ours and says so.

## Exit statuses

\`pollux run\` ends with the status of the program: its exit code, of which the system keeps eight bits. All other statuses:

${table(
  ['status', 'meaning'],
  Object.values(EXIT_CODES).map(({ code: status, meaning }) => [String(status), meaning]),
)}

## Diagnostics

### Sources

${diagnostics(ASSEMBLER_ERRORS)}

### Linking

${diagnostics(LINKER_ERRORS)}

### ELF files

${diagnostics(ELF_ERRORS)}

### Loading a program

${diagnostics(LOAD_ERRORS)}

### Configurations

${diagnostics({ ...CONFIG_ERRORS, ...ACCELERATOR_CONFIG_ERRORS })}

### Counters

${diagnostics(TIMING_ERRORS)}

### Recordings

${diagnostics(RECORDING_ERRORS)}

### Networks, problems and tensors

${diagnostics(RUNTIME_ERRORS)}

### Questions to explain

${diagnostics(EXPLAIN_ERRORS)}

### Files and options

${diagnostics(CLI_ERRORS)}

## Faults

A fault names its id, the instruction with its operands, the pc with its symbol, the value and the limit it met, and a hint.

### Accelerator

The functional model stops the whole simulation in these cases; the status is the one it stops with.

${table(
  ['id', 'cause', 'what to do', 'status'],
  Object.entries(ACCELERATOR_FAULTS).map(([id, { cause, hint, exitStatus }]) => [
    code(id),
    cause,
    hint,
    String(exitStatus),
  ]),
)}

### Machine

${table(
  ['id', 'cause', 'what to do', 'status'],
  Object.entries(MACHINE_FAULTS).map(([id, { cause, hint }]) => [
    code(id),
    cause,
    hint,
    String(EXIT_CODES.guestFault.code),
  ]),
)}

## When a program does not come to an end

\`--max-instructions\`, \`--timeout\` and Ctrl-C stop a run at an instruction boundary and say for every hart where it is (pc, symbol,
privilege) and what it waits for. A machine whose harts all wait for interrupts that nothing can raise is stopped at once.
`;
