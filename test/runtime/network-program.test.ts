import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createNumerics } from '../../src/accel/numerics.ts';
import { DEFAULT_MACHINE } from '../../src/machine/config/schema.ts';
import { checkOperation } from '../../src/runtime/check.ts';
import { geometryOf } from '../../src/runtime/geometry.ts';
import { parseNetwork } from '../../src/runtime/network.ts';
import { buildNetwork } from '../../src/runtime/network-program.ts';
import { libraryPlanner } from '../../src/runtime/operation.ts';
import { programTarget, runProgram } from '../../src/runtime/run.ts';

const machine = { ...DEFAULT_MACHINE, memory: { ...DEFAULT_MACHINE.memory, size: 64 * 2 ** 20 } };
const geometry = geometryOf(machine.accelerator);
const numerics = createNumerics(machine.accelerator);

function built(text: string, batch: number) {
  const network = parseNetwork(text, 'test.yaml');
  if (!network.ok) throw new Error(JSON.stringify(network.errors));
  const options = { batch, seed: 1, geometry, planner: libraryPlanner, target: programTarget(machine) };
  const program = buildNetwork(network.value, options);
  if (!program.ok) throw new Error(JSON.stringify(program.errors));
  return program.value;
}

/** Runs the network as a program on a machine, and checks every value of every layer. */
function runAndCheck(text: string, batch: number) {
  const network = built(text, batch);
  const run = runProgram(network.program, machine, true);
  if (!run.ok) throw new Error(JSON.stringify(run.errors));
  expect(run.value.outcome).toEqual({ kind: 'exit', code: 0n });
  expect(run.value.cycles).toHaveLength(network.program.stretches.length);
  expect(Math.min(...run.value.cycles!)).toBeGreaterThan(0);
  for (const layer of network.layers)
    for (const operation of layer.operations)
      expect([layer.name, checkOperation(operation, run.value.memory, geometry, numerics, 300).mismatches]).toEqual([
        layer.name,
        [],
      ]);
  return run.value;
}

test('LeNet-5 runs on the machine, two images at a time, with every layer right', () => {
  const file = new URL('../../configs/networks/lenet-5.yaml', import.meta.url);
  const run = runAndCheck(readFileSync(file, 'utf8'), 2);
  const result = new Int8Array(run.region('output').buffer);
  expect(result).toHaveLength(20);
  expect(new Set(result).size).toBeGreaterThan(5);
});

test('branches, concatenation, overhanging pools, residuals, depthwise layers and averages run right', () => {
  runAndCheck(
    `
name: branches
source: test
input: { rows: 12, cols: 12, channels: 5 }
layers:
  - { name: stem, kind: conv, out: 20, kernel: 3, padding: 1, activation: relu }
  - { name: left, kind: conv, out: 18, kernel: 1 }
  - { name: right, kind: max-pool, from: stem, size: 3, stride: 1, padding: 1 }
  - { name: both, kind: concat, from: [left, right, stem] }
  - { name: pool, kind: max-pool, size: 3, stride: 2, ceil: true }
  - { name: depthwise, kind: conv, kernel: 3, padding: 1, depthwise: true }
  - { name: sum, kind: add, from: [pool, depthwise], activation: relu }
  - { name: average, kind: global-average }
  - { name: classes, kind: dense, out: 7 }
`,
    2,
  );
});

test('attention with GELU, softmax and layernorm runs right', () => {
  runAndCheck(
    `
name: encoder
source: test
input: { rows: 20, cols: 1, channels: 1 }
layers:
  - { name: words, kind: embedding, tables: [100, 20], out: 32 }
  - { name: query, kind: dense, from: words, out: 32 }
  - { name: key, kind: dense, from: words, out: 32 }
  - { name: value, kind: dense, from: words, out: 32 }
  - { name: scores, kind: attention-scores, from: [query, key], heads: 2 }
  - { name: weights, kind: softmax }
  - { name: context, kind: attention-context, from: [weights, value] }
  - { name: sum, kind: add, from: [context, words] }
  - { name: norm, kind: layernorm }
  - { name: expand, kind: dense, out: 64, activation: gelu }
  - { name: first_token, kind: first }
  - { name: pooler, kind: dense, out: 8 }
`,
    2,
  );
});

test('a network that does not fit guest memory is refused with both sizes', () => {
  const text = `
name: large
source: test
input: { rows: 1000, cols: 1000, channels: 64 }
layers:
  - { name: conv, kind: conv, out: 16, kernel: 1 }
`;
  const network = parseNetwork(text, 'test.yaml');
  if (!network.ok) throw new Error('refused');
  const options = { batch: 1, seed: 1, geometry, planner: libraryPlanner, target: programTarget(machine) };
  const program = buildNetwork(network.value, options);
  expect(program.ok ? 'accepted' : program.errors[0]!.message).toMatch(/needs \d+ bytes .* memory\.size is 67108864/);
});

test.each(['lstm', 'gru'])('layers of kind %s run right, and their state takes part in every step', (kind) => {
  const { region } = runAndCheck(
    `
name: recurrent
source: test
input: { rows: 6, cols: 1, channels: 20 }
layers:
  - { name: cells, kind: ${kind}, hidden: 24 }
  - { name: joined, kind: concat, from: [cells, input] }
  - { name: again, kind: ${kind}, hidden: 17 }
`,
    3,
  );
  const states = new Int8Array(region('again').buffer);
  expect(states).toHaveLength(3 * 6 * 17);
  for (let step = 0; step < 6; step++)
    expect(new Set(states.subarray(step * 17, (step + 1) * 17)).size).toBeGreaterThan(8);
});
