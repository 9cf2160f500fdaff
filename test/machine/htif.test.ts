import { describe, expect, test } from 'vitest';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import { Htif } from '../../src/machine/htif.ts';
import { RAM_BASE, smallRam } from './ram.ts';

const TOHOST = RAM_BASE + 0x1000n;
const FROMHOST = TOHOST + 64n;
const BLOCK = RAM_BASE + 0x2000n;
const BUFFER = RAM_BASE + 0x3000n;

function setUp(input = '', programArguments: readonly string[] = ['prog']) {
  const ram = smallRam();
  const text = (one: string) => new TextEncoder().encode(one);
  const host = new CapturedHost({ input: text(input), programArguments, files: { 'data.txt': text('hello file') } });
  const htif = new Htif(ram, TOHOST, FROMHOST, host);
  const send = (word: bigint) => {
    ram.writeU64(TOHOST, word);
    return htif.poll();
  };
  /** Makes a system call as guest code does; returns its answer. */
  const call = (...words: bigint[]): bigint | ReturnType<typeof send> => {
    for (let i = 0; i < 8; i++) ram.writeU64(BLOCK + BigInt(8 * i), words[i] ?? 0n);
    const event = send(BLOCK);
    if (event !== undefined) return event;
    expect(ram.readU64(FROMHOST)).toBe(1n);
    ram.writeU64(FROMHOST, 0n);
    return BigInt.asIntN(64, ram.readU64(BLOCK));
  };
  const put = (text: string) => ram.view(BUFFER, text.length + 1)!.set(new TextEncoder().encode(`${text}\0`));
  const take = (length: number) => new TextDecoder().decode(ram.view(BUFFER, length));
  return { ram, host, htif, send, call, put, take };
}

test('nothing in tohost is nothing to do', () => {
  expect(setUp().htif.poll()).toBeUndefined();
});

test('an odd word ends the run with the exit code above bit 0', () => {
  expect(setUp().send(1n)).toEqual({ kind: 'exit', code: 0n });
  expect(setUp().send((1337n << 1n) | 1n)).toEqual({ kind: 'exit', code: 1337n });
});

test('tohost is cleared before the answer arrives, and an answer waits for room in fromhost', () => {
  const { ram, htif, send, put } = setUp();
  put('x');
  for (const [i, word] of [64n, 1n, BUFFER, 1n].entries()) ram.writeU64(BLOCK + BigInt(8 * i), word);
  ram.writeU64(FROMHOST, 7n);
  send(BLOCK);
  expect(ram.readU64(TOHOST)).toBe(0n);
  expect(ram.readU64(FROMHOST)).toBe(7n);
  ram.writeU64(FROMHOST, 0n);
  htif.poll();
  expect(ram.readU64(FROMHOST)).toBe(1n);
});

test('the console device prints and reads characters', () => {
  const { ram, send, host } = setUp('k');
  send((1n << 56n) | (1n << 48n) | 0x41n);
  expect(host.output).toBe('A');
  send(1n << 56n);
  expect(ram.readU64(FROMHOST)).toBe((1n << 56n) | 0x100n | 0x6bn);
});

describe('system calls', () => {
  test('write goes to the stream it names', () => {
    const { call, put, host } = setUp();
    put('hello');
    expect(call(64n, 1n, BUFFER, 5n)).toBe(5n);
    expect(call(64n, 2n, BUFFER, 4n)).toBe(4n);
    expect([host.output, host.errors]).toEqual(['hello', 'hell']);
    expect(call(64n, 9n, BUFFER, 4n)).toBe(-9n);
  });
  test('read takes standard input until its end', () => {
    const { call, take } = setUp('abc');
    expect(call(63n, 0n, BUFFER, 2n)).toBe(2n);
    expect(take(2)).toBe('ab');
    expect(call(63n, 0n, BUFFER, 9n)).toBe(1n);
    expect(call(63n, 0n, BUFFER, 9n)).toBe(0n);
  });
  test('a file is opened, measured, read, positioned and closed', () => {
    const { ram, call, put, take } = setUp();
    put('data.txt');
    expect(call(56n, -100n, BUFFER, 9n, 0n, 0n)).toBe(3n);
    expect(call(80n, 3n, BUFFER)).toBe(0n);
    expect(ram.readU64(BUFFER + 48n)).toBe(10n);
    expect(call(63n, 3n, BUFFER, 5n)).toBe(5n);
    expect(call(62n, 3n, 1n, 1n)).toBe(6n);
    expect(call(63n, 3n, BUFFER, 99n)).toBe(4n);
    expect(take(4)).toBe('file');
    expect(call(67n, 3n, BUFFER, 2n, 1n)).toBe(2n);
    expect(take(2)).toBe('el');
    expect(call(62n, 3n, -1n, 0n)).toBe(-22n);
    expect(call(57n, 3n)).toBe(0n);
    expect(call(57n, 3n)).toBe(-9n);
  });
  test('a file is measured by its path, a stream by an empty one', () => {
    const { ram, call, put } = setUp();
    put('data.txt');
    expect(call(79n, -100n, BUFFER, 9n, BUFFER + 256n, 0n)).toBe(0n);
    expect(ram.readU64(BUFFER + 256n + 48n)).toBe(10n);
    put('');
    expect(call(79n, 1n, BUFFER, 1n, BUFFER + 256n, 0x1000n)).toBe(0n);
    expect(Number(ram.readU64(BUFFER + 256n + 16n) & 0o170000n).toString(8)).toBe('20000');
    put('nothing');
    expect(call(79n, -100n, BUFFER, 8n, BUFFER + 256n, 0n)).toBe(-2n);
  });
  test('files that do not exist or are to be written are refused as Linux would', () => {
    const { call, put } = setUp();
    put('nothing');
    expect(call(56n, -100n, BUFFER, 8n, 0n, 0n)).toBe(-2n);
    expect(call(56n, -100n, BUFFER, 8n, 1n, 0n)).toBe(-30n);
  });
  test('getmainvars lays out argc, argv, environment and strings', () => {
    const { ram, call } = setUp('', ['prog', 'x=1']);
    expect(call(2011n, BUFFER, 100n)).toBe(0n);
    const words = [0, 1, 2, 3, 4].map((i) => ram.readU64(BUFFER + BigInt(8 * i)));
    expect(words).toEqual([2n, BUFFER + 40n, BUFFER + 45n, 0n, 0n]);
    expect(new TextDecoder().decode(ram.view(BUFFER + 40n, 9))).toBe('prog\0x=1\0');
    expect(call(2011n, BUFFER, 10n)).toBe(-12n);
  });
  test('exit ends the run', () => {
    expect(setUp().call(93n, 3n)).toEqual({ kind: 'exit', code: 3n });
  });
});

describe('what no host answers is a fault that says what was found', () => {
  test.each([
    ['a device that does not exist', (7n << 56n) | 2n, 'htif-command', 'device 7'],
    ['a block outside RAM', 0x1000n, 'htif-block', '0x1000'],
  ])('%s', (_, word, id, text) => {
    expect(setUp().send(word)).toMatchObject({ kind: 'fault', fault: { id, message: expect.stringContaining(text) } });
  });
  test('an unknown system call, and a buffer outside RAM', () => {
    expect(setUp().call(999n)).toMatchObject({
      fault: { id: 'host-call', message: expect.stringContaining('number 999') },
    });
    expect(setUp().call(64n, 1n, 0x10n, 4n)).toMatchObject({
      fault: { id: 'host-call-buffer', message: expect.stringContaining('write of 4 bytes at 0x10') },
    });
    expect(setUp().call(64n, 1n, BUFFER, 1n << 60n)).toMatchObject({ fault: { id: 'host-call-buffer' } });
  });
});
