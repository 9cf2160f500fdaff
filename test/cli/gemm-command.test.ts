import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpy, writeNpy } from '../../src/runtime/npy.ts';
import { pollux } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'pollux-gemm-'));
const file = (name: string) => join(folder, name);
/** A machine that is quick to set up. */
const SMALL = ['-s', 'memory.size=33554432'];

test('gemm multiplies .npy matrices and writes the sums', async () => {
  writeFileSync(file('a.npy'), writeNpy({ type: '|i1', shape: [2, 3], values: Int8Array.of(1, 2, 3, 4, 5, 6) }));
  writeFileSync(file('b.npy'), writeNpy({ type: '|i1', shape: [3, 2], values: Int8Array.of(1, -1, 2, -2, 3, -3) }));
  writeFileSync(file('d.npy'), writeNpy({ type: '<i4', shape: [2], values: Int32Array.of(1000, 0) }));
  const operands = ['--a', file('a.npy'), '--b', file('b.npy'), '--d', file('d.npy'), '--bias', 'repeated'];
  const { status, err } = await pollux(
    'gemm',
    '2',
    '2',
    '3',
    ...operands,
    '--full-width',
    '-o',
    file('c.npy'),
    ...SMALL,
  );
  expect([status, err]).toEqual([0, '']);
  const c = readNpy(readFileSync(file('c.npy')), { argument: 'c', type: '<i4', shape: [2, 2] });
  expect(c.ok && [...c.value.values]).toEqual([1014, -14, 1032, -32]);
});

test('gemm reports tiles, capacity, traffic and checked values', async () => {
  const { status, out } = await pollux('gemm', '100', '90', '300', '--check', 'all', ...SMALL);
  expect(status).toBe(0);
  expect(out).toContain('80×96×304 (m×n×k); 2×1×1 tiles');
  expect(out).toMatch(/scratchpad +3,344 of 8,192 rows/);
  expect(out).toMatch(/values +9000 checked, all right/);
});

test('the search runs a 1×1 convolution as a product and says how many cycles that saves', async () => {
  const cyclesWith = async (tiles: string) => {
    const { status, out } = await pollux('conv', '28x28x32', '1', '32', '--tiles', tiles, '--json', ...SMALL);
    expect(status).toBe(0);
    const { cycles, utilisation, plan, check } = JSON.parse(out);
    expect(check.mismatches).toEqual([]);
    expect(utilisation).toBeLessThanOrEqual(1);
    return { cycles, kind: plan.kind };
  };
  const library = await cyclesWith('library');
  const search = await cyclesWith('search');
  expect([library.kind, search.kind]).toEqual(['conv', 'matmul']);
  expect(search.cycles).toBeLessThan(library.cycles);
});

test('the report as JSON has the plan and the bound', async () => {
  const { out } = await pollux('gemm', '16', '16', '16', '--json', ...SMALL);
  expect(JSON.parse(out)).toMatchObject({
    macs: 4096,
    lowerBound: 32,
    boundBy: 'loads',
    check: { checked: 256, mismatches: [] },
  });
});

test.each([
  [['gemm', '100', '100', '100', '--tiles', '40x40x40'], 65, /51200 scratchpad rows .* but 8192/],
  [['gemm', '64', '64', '64', '--transpose', 'both'], 65, /transposes one operand at most/],
  [['gemm', '64', '64', '64', '--tiles', 'best'], 65, /--tiles is "best"/],
  [['gemm', '64', '64', '64', '--tiles', 'search', '--dataflow', 'os'], 65, /weight-stationary/],
  [['gemm', '64', '0', '64'], 64, /at least 1/],
  [['gemm', '9999999', '64', '64'], 65, /m is 9999999, but it must be a whole number of 1 … 1048560/],
  [['gemm', '60000', '60000', '64'], 65, /memory\.size is 33554432/],
  [['gemm', '2', '2', '2', '--a', 'no-such-file.npy'], 66, /cannot read no-such-file/],
  [['conv', '5x5x3', '7', '8'], 65, /the kernel spans 7 rows, but the input has 5/],
  [['conv', '5x5', '3', '8'], 65, /rows x columns x channels/],
  [['conv', '8x8x4', '3', '8', '--input-layout', 'CHWN', '--weight-layout', 'HWOI'], 65, /transpose both operands/],
  [['conv', '8x8x4', '3', '8', '--depthwise'], 65, /as many output as input channels/],
] as const)('%j ends with one clear error', async (args, expected, message) => {
  const { status, out, err } = await pollux(...args, '-o', file('nothing.npy'), ...SMALL);
  expect([status, out]).toEqual([expected, '']);
  expect(err).toMatch(message);
  expect(existsSync(file('nothing.npy'))).toBe(false);
});

test('conv runs every option together and writes its result', async () => {
  const options = ['--batch', '2', '--stride', '2', '--padding', '1', '--pool', '2/2', '--activation', 'relu'];
  const { status, out, err } = await pollux(
    'conv',
    '14x10x5',
    '3',
    '20',
    ...options,
    '--check',
    'all',
    '-o',
    file('out.npy'),
    ...SMALL,
  );
  expect([status, err]).toEqual([0, '']);
  expect(out).toMatch(/values +240 checked, all right/);
  const result = readNpy(readFileSync(file('out.npy')), { argument: 'out', type: '|i1', shape: [2, 3, 2, 20] });
  expect(result.ok).toBe(true);
});

test('net runs a network layer by layer', async () => {
  const network = new URL('../../configs/networks/lenet-5.yaml', import.meta.url).pathname;
  const { status, out } = await pollux('net', network, ...SMALL);
  expect(status).toBe(0);
  expect(out).toMatch(/c1 +conv +28×28×6 +117,600 .*all right/);
  expect(out).toMatch(/parameters +61,706/);
});

test('a wrong network is refused with the layer', async () => {
  writeFileSync(
    file('bad.yaml'),
    'name: t\nsource: t\ninput: { rows: 4, cols: 4, channels: 4 }\nlayers:\n  - { name: a, kind: convv }\n',
  );
  const { status, err } = await pollux('net', file('bad.yaml'));
  expect(status).toBe(65);
  expect(err).toContain('did you mean "conv"?');
});

test('gemm says that the passes of an activation over whole rows are not timed', async () => {
  const cycles = async (activation: string) =>
    (await pollux('gemm', '16', '16', '16', '--activation', activation, ...SMALL)).out.match(/^cycles .*$/m)?.[0];
  expect(await cycles('softmax')).toMatch(/without the extra passes of softmax over the rows, which are not timed$/);
  expect(await cycles('relu')).toMatch(/^cycles +[\d,]+$/);
});
