/** docs/timing.md: how to read a report, and what the model is made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { timingParameterRows } from '../../src/timing/config.ts';
import { COUNTERS } from '../../src/timing/counters.ts';
import { WAIT_PARTS } from '../../src/timing/profile/wait-parts.ts';
import { code, table } from './markdown.ts';

const parameters = (): string =>
  table(
    ['key', 'default', 'unit', 'meaning', 'source', 'shown by'],
    timingParameterRows().map(([key, { default: value, unit, summary, source, case: shownBy }]) => [
      code(key),
      String(value),
      unit,
      summary,
      source,
      shownBy ?? '',
    ]),
  );

/** Constants that are no parameters: numbers with a comment at the top of the model's files; a comment may have several. */
const COMMENTED = /\/\*\* ([^*]+) \*\/\n((?:(?:export )?const [A-Z][A-Z_0-9]+(?:: \w+)? = [\d_.]+;\n)+)/g;
const CONSTANT = /const (\w+)(?:: \w+)? = ([\d_.]+);/g;
/** Constants of the program, not of the hardware. */
const IMPLEMENTATION: ReadonlySet<string> = new Set([
  'ACCUMULATOR',
  'ACQUIRE',
  'ACQUIRE_TO_WRITE',
  'BIAS_PART',
  'CLASSES',
  'COMPUTE',
  'CONFIG_EXECUTE',
  'CONFIG_LOAD',
  'CONFIG_STORE',
  'CONV_RUN',
  'CONV_SETTING',
  'CUT_WORDS',
  'DIRTY',
  'EVENT_WORDS',
  'EXCLUSIVE',
  'EXECUTE',
  'EXECUTE_PART',
  'FEW',
  'FLIPS_BIT',
  'FLOAT_REGISTERS',
  'FLUSH_TLB',
  'FROM_CONVOLUTION',
  'FROM_HOST',
  'FROM_MATMUL',
  'GARBAGE',
  'GET',
  'HASH',
  'HELD_CLEAN',
  'HELD_DIRTY',
  'HISTORY',
  'INPUT_PART',
  'INVALID',
  'KEPT',
  'KIND',
  'LOAD',
  'LOAD_STATES',
  'LOCAL',
  'LOCAL2',
  'MATMUL_RUN',
  'MATMUL_SETTING',
  'MVIN',
  'MVOUT',
  'NOT_HELD',
  'NOT_LOOKED_UP',
  'NO_CLIENT',
  'NO_OPERATION',
  'NO_REGISTER',
  'PAGE',
  'PARTS',
  'PLACES',
  'POLL_CYCLES',
  'PRELOAD',
  'PUT_FULL',
  'PUT_MASKED',
  'PUT_PART',
  'RELEASE',
  'REMEMBERED',
  'REPLAYS',
  'ROWS_IN_FRONT',
  'RUNS',
  'SAMPLE_COUNTERS',
  'SHARED',
  'SIZE',
  'SIZE2',
  'SLOTS',
  'SPLIT',
  'STARTS_LINE',
  'STARTS_PACKET',
  'STATE_BIT',
  'STEP',
  'STEPS_IN_ARRAY',
  'STORE',
  'STORE_PART',
  'TAKEN',
  'TILE_SIDE',
  'TRAP_WORDS',
  'TURNING_STEPS',
  'UNWRITTEN',
  'UPGRADE',
  'WAITS_FOR_WALK',
  'WAITS_FOR_WALKER',
  'WEIGHTS_PART',
  'WINDOW',
  'WORD',
  'WORD_SHIFT',
  'WRITES_SHIFT',
]);
const ROOT = 'src/timing';
/** How records go from the machine to the model is no hardware. */
const STREAM = /^records[\\/]/;

function fixedConstants(): string {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !STREAM.test(file))
    .sort();
  const rows = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const source = /@source ([^\n*]+)/.exec(text)?.[1]?.trim() ?? '';
    return [...text.matchAll(COMMENTED)].flatMap(([, meaning, lines]) =>
      [...lines!.matchAll(CONSTANT)]
        .filter(([, name]) => !IMPLEMENTATION.has(name!))
        .map(([, name, value]) => [
          code(name!),
          value!,
          unitOf(meaning!),
          meaning!.replace(/\.$/, ''),
          code(file.replaceAll('\\', '/')),
          source,
        ]),
    );
  });
  return table(['constant', 'value', 'unit', 'meaning', 'file', 'source'], rows);
}

/** What a constant counts: distances in time say from where, others name what they are a number of. */
const unitOf = (meaning: string): string => {
  if (/^From /.test(meaning)) return 'cycles';
  const named = /so many (\w+)/.exec(meaning) ?? UNIT.exec(meaning);
  return named === null ? '' : named[1]!.toLowerCase();
};
const UNIT = /\b(cycles|clocks|rows|commands|entries|packets|pages|bytes|stages|instructions|activates)\b/i;

const counters = (): string =>
  table(
    ['counter', 'unit', 'counts'],
    COUNTERS.map(({ id, unit, meaning, formula }) => [
      code(id),
      unit,
      formula === '' ? meaning : `${meaning} = ${formula}`,
    ]),
  );

export const timingPage = (): string => `# Cycles, and where they go

Written by \`npm run generate\` from \`scripts/docs/timing.ts\`, the parameters and the counters.

\`pollux run --timing\` works out how many cycles the hardware would take, from the start of the machine to the store to \`tohost\` that
ends the program (what a hart does after that store until the host sees it does not count). \`--stats json|table|csv\` prints
every counter, too; JSON has the whole report: parts, regions, functions, roofline, advice. They go to stdout behind what the program
prints, or with \`--stats-file run.json\` to a file of their own. However a program ends (an exit status, a fault, a limit), it is
reported. Function does not depend on time: memory and registers are the same with timing on and off, but for what a program asks of
time.

    npx pollux run --timing program.elf                                          # the default machine
    npx pollux run --timing --config chipyard-gemmini-2023 program.elf           # the machine that was measured
    npx pollux run --timing --set memory.latency=100 --set accelerator.tlbEntries=16 program.elf
    npx pollux run --record run.rec program.elf                                  # once …
    npx pollux retime run.rec --set cache.sizeKib=1024                           # … and timed again, without running it

## Reading a report

The parts of a tile add up to its cycles. \`instructions issue\` is one cycle for each instruction of the host; \`interlocks\`, \`fetch …\`,
the \`misses\` and \`replays\` are cycles in which it could not issue. In a part called \`accelerator: …\` the host waits, in a fence or
because the command queue is full, and the accelerator is at this:

${table(
  ['part', 'what the accelerator does'],
  Object.entries(WAIT_PARTS).map(([part, meaning]) => [code(part), meaning]),
)}

Which controllers have work is counted cycle by cycle. How much of a load is translation or memory is known as sums over requests
that overlap, and split in proportion. While the host works itself, the accelerator may work, too: such cycles are the host's.

The line on MACs says how much of the array was used: *utilisation* is MACs / (cycles × dim²), with the MACs that the commands ask
for. A *roof* is what the array, a stream from the L2, or a stream from memory allows at the MACs per byte of this run; the line names
the lowest, and the share of it that was reached. \`next\` takes the largest part, says what makes it smaller, and lists
the parameters that it depends on with their values: \`pollux retime\` answers what another value would do.

A function's cycles are those that passed while the host was in it, its waits included; callees count for themselves.

## Regions

\`slti x0, x0, N\` computes nothing on any hart (it is one of the hints of RV64I, and costs one cycle). To the report it says that region
N, from 1 to 2047, begins; 0 ends it. In C:

\`\`\`c
#define MARK(n) asm volatile("slti x0, x0, %0" :: "i"(n) : "memory")
\`\`\`

Regions with the same number are added up; all of them, with what is outside of marks, add up to the cycles of the tile.

Console output costs time, too: the host of the machine looks for it once a turn, so a program that prints waits for up to 5,000
instructions each time. Put marks around what is to be measured, and print outside of them.

## What a program sees of time

${table(
  ['what', 'with timing', 'without'],
  [
    ['`cycle`, `mcycle`, `time` as a count of cycles', 'the clock of the model', 'instructions'],
    [
      '`counter` command',
      'events on that clock, with the RTL’s order of effects',
      '64 per command, see [accelerator.md](accelerator.md)',
    ],
    ['`instret`, the CLINT’s timer', 'instructions', 'instructions'],
  ],
)}

The accelerator's 44 events and 7 external values count what the RTL's signals count. Compared with RTL over 14 workloads
(\`data/validation/rtl/counters.txt\`), cycles of controllers, DMA, execute and reservation station are within 1 % or a few cycles. Three
groups are coarse: \`scratchpad_*_wait_cycle\`, \`acc_*_wait_cycle\` and \`*_garbage_cycles\` follow a queue's head, which in the RTL
keeps an old row when the queue is empty; \`dma_tlb_*\` count a translation once, where the RTL counts each time that a refused
request comes round, and nothing without address translation; \`rdma_tlb_wait_cycles\` and \`wdma_tlb_wait_cycles\` leave out the
cycles in which the RTL shows an old miss while nothing is asked. \`reservation_station_full_cycles\` counts every cycle in which the
reservation station takes no operation in, idle ones too, as the RTL does: it says little about whether the station is full.

A recording keeps what the program did, so a program that reads time and acts on it follows the path of its recording when it is
timed again: loops that wait for a cycle count, numbers that it prints, and counters are those of the recorded machine. Pages of
virtual memory are where the hart found them. Everything else about a re-timed run equals a direct run. \`pollux retime\` refuses
what is no timing parameter (\`accelerator.dim\`, \`harts\`, \`memory.size\`, …) when it differs from the recorded machine: run the program
again with it.

## What is modelled

${table(
  ['unit', 'how'],
  [
    [
      'host',
      'Rocket: issue of each instruction as a recurrence over operands, fetch packets, branch prediction, caches, TLBs; or a coarse out-of-order core (`host.kind`, preset `gemmini-boom`): a window, a width, overlapping misses',
    ],
    [
      'command path',
      'router and four two-entry queues, loop unrollers with two loops each, reservation station with its rules of overlap',
    ],
    [
      'load, store, execute',
      'queues, rows, requests of at most 64 bytes, transactions in flight, beat merger, scalers, bank conflicts, the array’s latency and its tags',
    ],
    ['translation', 'filter registers, TLB, L2 TLB, page-table walker whose reads go through the host’s data cache'],
    [
      'memory',
      'L1 caches, one inclusive L2 with banks, MSHRs, probes and write-backs, memory of fixed latency or a DDR3 with banks and rows',
    ],
    ['tiles', 'hosts and accelerators of all tiles share the L2 and the memory'],
  ],
)}

Harts take turns of 5,000 instructions, as in the functional model. What they retire is timed in the order of their clocks: the tile
that is furthest behind goes on, in steps of 64 cycles while it waits for its accelerator. A hart that reads \`cycle\` or a counter
gets its own past timed at once, so a program that does so often shows less of what other tiles do in the same turn.

Without \`satp\` (a bare program in machine mode) nothing is translated: sizes of TLBs then change no cycle.

## What is not

* Request reordering and power-down of the memory. Refresh is modelled by the DDR3 (\`memory.ddr.rfc\`, \`memory.ddr.refi\`); the measured
  memory has a fixed latency and none.
* Layernorm and softmax passes of \`loop_ws\`, \`mvout_spad\`, im2col.
* Devices: a load or store of a device register takes a fixed time.
* Interrupts arrive by instructions, not by cycles.

How close all that comes to RTL, case by case, is in [validation.md](validation.md): \`npm run validate\`.

## Counters

${counters()}

## Parameters

Every one can be set with \`--set\`. *Shown by* names a measured case whose cycles change with the value.

${parameters()}

## Fixed constants

Latencies and depths of the generated hardware that no parameter of the generator changes.

${fixedConstants()}
`;
