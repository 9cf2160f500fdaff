/** docs/accelerator.md: what the functional accelerator does where its models differ, and its faults. */
import { ACCELERATOR_FAULTS } from '../../src/accel/faults.ts';
import { FOLLOWED_DIFFERENCES, RTL_BEHAVIOURS } from '../../src/accel/rtl-behaviours.ts';
import { code, table } from './markdown.ts';

export const acceleratorPage = (): string => `# The functional accelerator

Tables written by \`npm run generate\` from the tables in the code.

\`src/accel\` executes every accelerator command to its end, in program order, at the moment the hart issues it. It is exact:
memory, scratchpad, accumulator and array are, byte for byte, what the functional model (the Spike extension of the
generator's authors) leaves behind. When things happen is not its business; the timing model sees the same commands.

## How it is built

| part | files |
| --- | --- |
| configuration: sizes, types, options; what cannot be built is refused by name | \`config.ts\`, \`rtl-behaviours.ts\` |
| state: local memories in the one linear memory, everything else in registers | \`layout.ts\`, \`state.ts\`, \`registers.ts\` |
| arithmetic on single values, one object per configuration | \`numerics.ts\`, \`integer-numerics.ts\`, \`float-numerics.ts\`, \`half.ts\` |
| primitive commands, element by element: the reference | \`configure.ts\`, \`move-in.ts\`, \`move-out.ts\`, \`pooling.ts\`, \`normalization.ts\`, \`compute.ts\` |
| the same in generated WebAssembly: the kernels | \`kernel-primitives.ts\`, \`kernels/\` |
| loop commands: one generator for execution, \`pollux expand\` and tests | \`loop-ws.ts\`, \`loop-conv.ts\`, \`conv-geometry.ts\`, \`primitives.ts\` |
| dispatch by the command table of \`src/isa\`; faults; counters | \`commands.ts\`, \`accelerator.ts\`, \`faults.ts\`, \`counters.ts\` |

The kernels are written once per configuration (dimension, element type, options), and every command goes to them first. A loop
command expands into records of 32 bytes in linear memory; generated code executes the records, finds DRAM pages through a
small table that it asks the host to fill, and checks that all local rows exist. What it cannot do it leaves untouched: rows
that trap or do not exist, normalisation commands and activations, transfers wider than 512 elements. Then the reference executes
that one command, or the rest of its rows, so that there is one definition of every trap, fault and partial effect. Tests hold
kernels and reference equal on random programs, also where pages are scattered, read-only or missing.

Integer elements have kernels from dimension 8 on, fp32 from 4 on; other configurations (fp16, bf16, the smallest arrays) run on
the reference alone.

## Data types

| elements | accumulator | mvin scale | array | rounding |
| --- | --- | --- | --- | --- |
| int8, int16 | int32 | fp32, none | 32-bit sums that wrap | scaled values to nearest even, as the functional model (below); they saturate |
| fp32 | fp32 | fp32, none | product and sum rounded to binary32 | nothing saturates |
| fp16, bf16 | fp32 | fp32 (fp16: also fp16), none | fused multiply-add, sums rounded to the element type | stores to nearest even, overflow to infinity |

The scale on stores is fp32 or absent. Dimensions are 2, 4, 8, 16, 32, 64; banks and rows are powers of two. int64
accumulators, other widths and mixed combinations are refused with a diagnostic. The bits of a NaN are those of the canonical NaN,
whatever a particular processor would make of its operands.

## Functional model and RTL

The functional model and the RTL differ in some corners. Pollux follows the functional model, except where the option of that
name is listed in \`accelerator.rtlBehaviours\`:

${table(
  ['option', 'topic', 'functional model (default)', 'RTL (option)'],
  RTL_BEHAVIOURS.map(({ id, topic, functionalModel, rtl }) => [code(id), topic, functionalModel, rtl]),
)}

In these points it always follows the functional model:

${table(['topic', 'functional model, and Pollux', 'RTL'], FOLLOWED_DIFFERENCES)}

The functional model's counters are random numbers. Without timing Pollux adds 64 to every counter per command while the
accelerator is busy (from its first command to the next \`flush\` or reset), and external codes read 8. With timing the
counters count on its clock what the RTL's count, and follow the RTL's order of effects; \`docs/timing.md\` says how closely.

## Traps

Undefined functs, and those that only the RTL has, are illegal instructions (cause 2, tval 0). A DRAM access that the hart's
address translation refuses takes that trap at the command, with the address in tval: rows and bytes before it are done, and the
command starts from its beginning when it is executed again.

## Faults

Where the functional model stops the whole simulation, Pollux ends the run with a fault, which says what was found and which limit
it met, the command with its operands, the pc and what to do. What the command did before stays done; inside of a compute, only
the content of the array is unspecified then. The status is the one that the functional model's process ends with.

${table(
  ['fault', 'cause', 'hint', 'status'],
  Object.entries(ACCELERATOR_FAULTS).map(([id, fault]) => [
    code(id),
    fault.cause,
    fault.hint,
    String(fault.exitStatus),
  ]),
)}
`;
