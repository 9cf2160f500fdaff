// What a planned program gains over calls of the C library, which chooses its tiles on the hart before each layer:
//   node scripts/run.mjs bench/library-calls.ts layers [largest lower bound in cycles]
//   node scripts/run.mjs bench/library-calls.ts NETWORK.yaml [batch]
// Both run on the whole machine with the timing model. The library is the firmware's, whose heuristic is the public library's.
import { readFileSync } from 'node:fs';
import { assemble, type SourceFile } from '../src/assembler/assemble.ts';
import { readElf } from '../src/elf/read.ts';
import { createMachine } from '../src/machine/build.ts';
import { CapturedHost } from '../src/machine/captured-host.ts';
import { DEFAULT_MACHINE, type MachineConfig, timingConfigOf } from '../src/machine/config/schema.ts';
import { floatBits } from '../src/runtime/commands.ts';
import { geometryOf } from '../src/runtime/geometry.ts';
import { reportPlan } from '../src/runtime/layer-report.ts';
import { parseNetwork } from '../src/runtime/network.ts';
import { buildNetwork } from '../src/runtime/network-program.ts';
import { libraryPlanner, type Operation, operationCommands, type Planner } from '../src/runtime/operation.ts';
import { timerOf } from '../src/runtime/plan-timing.ts';
import { ProgramBuilder } from '../src/runtime/program.ts';
import { programTarget, runProgram } from '../src/runtime/run.ts';
import { searchPlanner } from '../src/runtime/search.ts';
import { layerSet } from './layer-set.ts';

interface Call {
  readonly name: string;
  readonly operation: Operation;
}

const config: MachineConfig = { ...DEFAULT_MACHINE, memory: { ...DEFAULT_MACHINE.memory, size: 1024 * 2 ** 20 } };
const geometry = geometryOf(config.accelerator);
const timer = timerOf(config.accelerator, timingConfigOf(config));

/** The kernel for an operation and its block of doublewords: firmware.h. */
function kernelCall({ kind, problem }: Operation): { kernel: string; block: readonly number[] } {
  switch (kind) {
    case 'matmul': {
      const { shape, a, b, c, d, scale, activation } = problem;
      const flags = (a.transposed ? 1 : 0) | (b.transposed ? 2 : 0) | (d?.repeats ? 16 : 0);
      const strides = [a.stride, b.stride, d?.stride ?? 0, c.stride];
      const places = [a.address, b.address, d?.address ?? 0, c.address];
      const last = [flags, activation === 'relu' ? 1 : 0, floatBits(scale), 0, 0, 0, 0];
      return { kernel: 'fw_matmul', block: [shape.m, shape.n, shape.k, ...places, ...strides, ...last] };
    }
    case 'conv': {
      const { shape, input, weights, bias, output, inStride, outStride, scale, activation } = problem;
      const { batch, inRows, inCols, inChannels, outChannels, kernel, stride, padding } = shape;
      const pool = shape.pooling ?? { size: 0, stride: 0, padding: 0 };
      const block = [
        ...[batch, inRows, inCols, inChannels, outChannels, kernel, stride, padding],
        ...[shape.kernelDilation, shape.inputDilation, pool.size, pool.stride, pool.padding, inStride, outStride],
        ...[
          input,
          weights,
          bias ?? 0,
          output,
          shape.depthwise ? 32 : 0,
          activation === 'relu' ? 1 : 0,
          floatBits(scale),
        ],
      ];
      return { kernel: 'fw_conv', block };
    }
    case 'residual-add': {
      const { rows, cols, a, b, c, scale, activation } = problem;
      const scales = [a.scale, b.scale, scale].map(floatBits);
      const block = [rows, cols, c.stride, a.address, b.address, c.address, ...scales, activation === 'relu' ? 1 : 0];
      return { kernel: 'fw_residual_add', block };
    }
    case 'global-average': {
      const { pixels, channels, input, output } = problem;
      return { kernel: 'fw_global_average', block: [1, Math.sqrt(pixels), channels, input.address, output] };
    }
    default:
      throw new Error(`the benchmark has no call for ${kind}`);
  }
}

/** Cycles of every call, one after the other in one program. */
function callCycles(calls: readonly Call[]): number[] {
  const kernels = calls.map(({ operation }) => kernelCall(operation));
  const main = `
        .globl  main, cycles
        .text
main:   addi    sp, sp, -16
        sd      ra, 8(sp)
        la      s0, cycles
${kernels
  .map(
    ({ kernel }, i) => `        rdcycle s1
        la      a0, block${i}
        call    ${kernel}
        rdcycle a1
        sub     a1, a1, s1
        sd      a1, 0(s0)
        addi    s0, s0, 8`,
  )
  .join('\n')}
        ld      ra, 8(sp)
        addi    sp, sp, 16
        li      a0, 0
        ret
        .data
        .balign 8
${kernels.map(({ block }, i) => `block${i}: .dword ${block.join(', ')}`).join('\n')}
cycles: .skip ${8 * calls.length}
`;
  const library = ['crt', 'console', 'memory', 'kernels'].map((part): SourceFile => {
    const name = `firmware/lib/${part}.s`;
    return { name, text: readFileSync(name, 'utf8') };
  });
  const program = assemble([...library, { name: 'main.s', text: main }], {
    readFile: (path) => readFileSync(path),
  });
  const elf = program.ok ? readElf(program.value.bytes) : program;
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const machine = createMachine(config, new CapturedHost(), { timing: true });
  machine.load(elf.value);
  const outcome = machine.run(Number.MAX_SAFE_INTEGER);
  if (outcome.kind !== 'exit' || outcome.code !== 0n) throw new Error(`the calls ended with ${outcome.kind}`);
  const bytes = machine.ram.view(machine.symbols.byName('cycles')!.value, 8 * calls.length)!.slice();
  return [...new BigUint64Array(bytes.buffer)].map(Number);
}

/** Cycles of every operation as a planned program, one after the other. */
function programCycles(calls: readonly Call[], planner: Planner): readonly number[] {
  const builder = new ProgramBuilder(programTarget(config));
  for (const [i, { operation }] of calls.entries())
    builder.emit(`${i}`, operationCommands(operation, geometry, planner));
  const program = builder.finish();
  const run = program.ok ? runProgram(program.value, config, true) : program;
  if (!run.ok) throw new Error(run.errors[0]!.message);
  return run.value.cycles!;
}

function networkCalls(file: string, batch: number): Call[] {
  const network = parseNetwork(readFileSync(file, 'utf8'), file);
  if (!network.ok) throw new Error(network.errors[0]!.message);
  const options = { batch, seed: 1, geometry, planner: libraryPlanner, target: programTarget(config) };
  const built = buildNetwork(network.value, options);
  if (!built.ok) throw new Error(built.errors[0]!.message);
  return built.value.layers.flatMap(({ name, operations }) => operations.map((operation) => ({ name, operation })));
}

const smallLayers = (most: number): Call[] =>
  layerSet().filter(({ operation }) => {
    const library = libraryPlanner(operation, geometry);
    return reportPlan(operation, library, geometry).lowerBound <= most;
  });

const [what = 'layers', size] = process.argv.slice(2);
const calls = what === 'layers' ? smallLayers(Number(size ?? 600_000)) : networkCalls(what, Number(size ?? 1));
const called = callCycles(calls);
const library = programCycles(calls, libraryPlanner);
const search = programCycles(calls, searchPlanner(timer));
const sum = (cycles: readonly number[]) => cycles.reduce((a, b) => a + b, 0);
const mean = (cycles: readonly number[]) =>
  Math.exp(sum(cycles.map((cycle, i) => Math.log(cycle / search[i]!))) / calls.length);
for (const [i, { name }] of calls.entries()) {
  const gain = (called[i]! / search[i]!).toFixed(2);
  console.log(`${name}: called ${called[i]}, library's plan ${library[i]}, searched plan ${search[i]}: ×${gain}`);
}
console.log(
  `total: called ${sum(called)}, library's plans ${sum(library)}, searched plans ${sum(search)}; against calls ` +
    `×${(sum(called) / sum(search)).toFixed(3)} in all, geometric mean ×${mean(called).toFixed(3)}; against plans ` +
    `×${(sum(library) / sum(search)).toFixed(3)}, ×${mean(library).toFixed(3)}`,
);
