import { expect, test } from 'vitest';
import { pollux } from './command-line.ts';

test('explain decodes a command with its operand values', async () => {
  const { status, out } = await pollux('explain', 'mvin', '0x80001000', '0x10001080000000');
  expect(status).toBe(0);
  expect(out).toContain('local_addr  = acc(0)');
});

test('explain refuses what it does not know, and values that are no numbers', async () => {
  const unknown = await pollux('explain', 'adi');
  expect(unknown.status).toBe(65);
  expect(unknown.err).toContain('did you mean "addi"?');
  expect((await pollux('explain', 'mvin', 'a0')).status).toBe(64);
});
