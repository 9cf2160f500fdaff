import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Network, parseNetwork } from '../../src/runtime/network.ts';
import { inferShapes, totalMacs, totalParameters } from '../../src/runtime/network-shapes.ts';

const folder = new URL('../../configs/networks/', import.meta.url);
const shipped = readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')] as const);

function parsed(text: string): Network {
  const network = parseNetwork(text, 'test.yaml');
  if (!network.ok) throw new Error(network.errors.map(({ message }) => message).join('\n'));
  return network.value;
}

function shapedOf(text: string) {
  const layers = inferShapes(parsed(text));
  if (!layers.ok) throw new Error(layers.errors.map(({ message }) => message).join('\n'));
  return layers.value;
}

const decimalsOf = (text: string) => text.split('.')[1]?.length ?? 0;

test('ten networks are shipped', () => {
  expect(shipped.length).toBe(10);
});

test.each(shipped)('%s has consistent shapes and the published totals', (_, text) => {
  const { published } = parsed(text);
  const layers = shapedOf(text);
  if (published === undefined) return;
  expect(totalParameters(layers)).toBe(published.parameters);
  expect((totalMacs(layers) / 1e9).toFixed(decimalsOf(published.gigaMacs))).toBe(published.gigaMacs);
});

test('the recurrent layers do eight and six products of hidden² per step', () => {
  const macs = (file: string) => totalMacs(shapedOf(shipped.find(([name]) => name === file)![1]));
  expect(macs('lstm-512.yaml')).toBe(25 * 8 * 512 ** 2);
  expect(macs('gru-512.yaml')).toBe(6 * 512 ** 2);
});

const header = 'name: t\nsource: test\ninput: { rows: 8, cols: 8, channels: 4 }\nlayers:\n';

test.each([
  ['- { name: a, kind: convolution, kernel: 3, out: 4 }', /layers\[0\]\.kind is "convolution"/],
  ['- { name: a, kind: conv, kernel: 0, out: 4 }', /layers\[0\]\.kernel: .*0/],
  ['- { name: a, kind: conv, kernel: 3, out: 4, strde: 2 }', /strde/],
  ['- { name: a, kind: conv, kernel: 9, out: 4 }', /"a" has a 9×9 kernel, larger than its 8×8×4 input/],
  ['- { name: a, kind: conv, kernel: 3 }', /"a" has no "out"/],
  ['- { name: a, kind: dense, out: 4, from: inptu }', /"a" reads "inptu"/],
  ['- { name: a, kind: add, from: [input] }', /"a" reads 1 layers, but add reads 2/],
  ['- { name: a, kind: conv, kernel: 1, out: 5 }\n- { name: b, kind: add, from: [a, input] }', /adds 8×8×5 and 8×8×4/],
  ['- { name: a, kind: flatten }\n- { name: a, kind: flatten }', /name of an earlier layer/],
  ['- { name: [', /./],
])('%s is refused with the layer and the reason', (layers, message) => {
  const network = parseNetwork(header + layers, 'bad.yaml');
  const result = network.ok ? inferShapes(network.value) : network;
  expect(result.ok ? 'accepted' : result.errors.map((error) => error.message).join('\n')).toMatch(message);
});

test.each(['main:\n  addi sp, sp, -16\n# a\n  j main\n', 'just text', 'name: x\n'])(
  '%j is no network description, which is one error',
  (text) => {
    const parsed = parseNetwork(text, 'k.s');
    expect(parsed.ok ? [] : parsed.errors).toEqual([
      expect.objectContaining({ code: 'NET001', message: 'k.s is no network description: it has no key "layers"' }),
    ]);
  },
);
