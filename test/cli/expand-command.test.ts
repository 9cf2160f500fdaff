import { expect, test } from 'vitest';
import { pollux } from './command-line.ts';

test('expand lists the primitive commands of a loop, operands in words', async () => {
  const fields = ['i=1', 'j=1', 'k=1', 'a=0x1000', 'b=0x2000', 'c=0x3000', 'a_stride=16', 'b_stride=16', 'c_stride=16'];
  const { status, out, err } = await pollux('expand', 'loop_ws', ...fields);
  expect([status, err]).toEqual([0, '']);
  expect(out.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    'mvin dram_addr=0x1000 local_addr=sp(0) cols=16 rows=16',
    'mvin2 dram_addr=0x2000 local_addr=sp(8176) cols=16 rows=16',
    'preload bd=sp(8176) bd_cols=16 bd_rows=16 c=acc(0) c_cols=16 c_rows=16',
    'compute.preloaded a=sp(0) a_cols=16 a_rows=16 bd=garbage bd_cols=16 bd_rows=16',
    'mvout dram_addr=0x3000 local_addr=acc_add(0) cols=16 rows=16',
    '',
  ]);
});

test('the machine decides the size of a block', async () => {
  const { out } = await pollux('expand', '-s', 'accelerator.dim=8', 'loop_ws', 'i=1', 'j=1', 'k=1', 'a=0x1000');
  expect(out).toMatch(/^mvin .*cols=8 rows=8$/m);
});

test('fields that do not exist or do not fit are named, all at once', async () => {
  const { status, err } = await pollux('expand', 'loop_ws', 'ii=1', 'pad_i=65536', 'activation=rely');
  expect(status).toBe(64);
  expect(err).toContain('did you mean i?');
  expect(err).toContain('pad_i takes a number of 16 bits');
  expect(err).toContain('one of none, relu');
});

test('a loop that does not fit into the machine ends in its fault', async () => {
  const { status, err } = await pollux('expand', 'loop_ws', 'i=900', 'j=9', 'k=9');
  expect(status).toBe(65);
  expect(err).toContain('fault[loop-ws-capacity]');
});
