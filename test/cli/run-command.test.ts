import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thousands } from '../../src/cli/terminal.ts';
import { EXIT } from '../machine/programs.ts';
import { pollux } from './command-line.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pollux-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

const HELLO = `
_start: la   t0, block
        la   t1, tohost
        sd   t0, 0(t1)
        la   t1, fromhost
1:      ld   t0, 0(t1)
        beqz t0, 1b
        li   a0, 0
${EXIT}
        .data
        .balign 64
block:  .dword 64, 1, text, 6, 0, 0, 0, 0
text:   .ascii "hello\\n"`;

const exits = (code: number): string => `_start: li a0, ${code}\n${EXIT}`;

test('what the guest prints goes to stdout, everything else to stderr', async () => {
  const { status, out, err } = await pollux('run', file('hello.s', HELLO));
  expect([status, out]).toEqual([0, 'hello\n']);
  expect(err).toMatch(/^exit status 0 after [\d,]+ instructions\n$/);
});

test('--quiet leaves the guest’s output alone, --show-machine adds the machine', async () => {
  const path = file('hello.s', HELLO);
  expect(await pollux('run', '-q', path)).toEqual({ status: 0, out: 'hello\n', err: '' });
  const { err } = await pollux('run', '--show-machine', '-s', 'accelerator.dim=8', path);
  expect(err).toMatch(/^accelerator\.dim +8 processing elements +--set$/m);
});

test('--timing changes no output, and says how many cycles the run took', async () => {
  const path = file('hello.s', HELLO);
  const { status, out, err } = await pollux('run', '--timing', path);
  expect([status, out]).toEqual([0, 'hello\n']);
  const [, instructions, cycles] = /^exit status 0 after ([\d,]+) instructions and ([\d,]+) cycles\n/.exec(err)!;
  const number = (text: string): number => Number(text.replaceAll(',', ''));
  expect(number(cycles!)).toBeGreaterThan(number(instructions!));
});

test('--timing reports where the cycles went, however the program ends', async () => {
  const failing = await pollux('run', '--timing', file('three.s', exits(3)));
  expect(failing.status).toBe(3);
  expect(failing.err).toMatch(/\(tohost = 3\) after [\d,]+ instructions and [\d,]+ cycles\ntile 0: [\d,]+ cycles/);
  const spinning = await pollux('run', '--timing', '--max-instructions', '500', file('spin.s', '_start: j _start'));
  expect(spinning.err).toMatch(/500 instructions is reached after 500 instructions and [\d,]+ cycles/);
  expect(spinning.err).toMatch(/^ +500 +\d+\.\d % {2}instructions issue$/m);
  const unconfigured = '_start: li t0, 0x1e000\n csrs mstatus, t0\n mvin a0, sp(0), rows=8, cols=16';
  const faulting = await pollux('run', '--timing', file('unconfigured.s', unconfigured));
  expect(faulting.err).toMatch(/^fault\[load-unconfigured\]/m);
  expect(faulting.err).toMatch(/after [\d,]+ instructions and [\d,]+ cycles/);
  expect(faulting.err).toMatch(/^tile 0: /m);
  const quiet = await pollux('run', '--timing', '--quiet', file('zero.s', exits(0)));
  expect(quiet.err).toBe('');
});

test('a recording timed again gives the same report, and another one on another machine', async () => {
  const recording = join(folder, 'hello.rec');
  const direct = await pollux('run', '--timing', '--record', recording, file('hello.s', HELLO));
  const again = await pollux('retime', recording);
  const partsOf = (text: string): string[] => text.split('\n').filter((line) => / % {2}[a-z]/.test(line));
  expect(partsOf(again.err).length).toBeGreaterThan(3);
  expect(partsOf(again.err)).toEqual(partsOf(direct.err));
  expect(again.err).toMatch(/ % {2}_start$/m);
  const slower = await pollux('retime', recording, '--set', 'memory.latency=200', '--stats', 'json', '--quiet');
  expect(slower.err).toBe('');
  expect(JSON.parse(slower.out).cycles).toBeGreaterThan(Number(/^[\d,]+/.exec(again.out)![0].replaceAll(',', '')));
});

describe('counters', () => {
  test('go to a file of their own, apart from what the guest prints', async () => {
    const [stats, recording] = [join(folder, 'run.json'), join(folder, 'stats.rec')];
    const program = file('hello.s', HELLO);
    const { status, out } = await pollux('run', '-q', '--stats-file', stats, '--record', recording, program);
    expect([status, out]).toEqual([0, 'hello\n']);
    const { cycles } = JSON.parse(readFileSync(stats, 'utf8'));
    const again = await pollux('retime', '-q', recording, '--stats', 'csv', '--stats-file', stats);
    expect(again).toEqual({ status: 0, out: `${thousands(cycles)} cycles\n`, err: '' });
    expect(readFileSync(stats, 'utf8')).toMatch(/^id,tile,unit,value\n/);
  });

  test('that cannot be written are refused before the program runs', async () => {
    const nowhere = join(folder, 'no-such-folder', 'run.json');
    const { status, out, err } = await pollux('run', '--stats-file', nowhere, file('hello.s', HELLO));
    expect([status, out]).toEqual([73, '']);
    expect(err).toContain('CLI002');
  });

  test('stand in columns as wide as the longest name', async () => {
    const { out } = await pollux('run', '-q', '--stats', 'table', file('zero.s', exits(0)));
    const rows = out.trimEnd().split('\n');
    expect(Math.max(...rows.map((row) => row.indexOf(' ')))).toBeGreaterThan(28);
    const unitAt = (row: string): number => row.search(/(?<=\d )[^\d ]/);
    expect(new Set(rows.map(unitAt))).toEqual(new Set([unitAt(rows[0]!)]));
    for (const row of rows) expect(row).toMatch(/^\S+ {2}/);
  });
});

describe('a recording is timed again', () => {
  const recorded = async (...options: string[]): Promise<string> => {
    const recording = join(folder, `machine${options.join('')}.rec`);
    expect(await pollux('run', '-q', '--record', recording, ...options, file('zero.s', exits(0)))).toMatchObject({
      status: 0,
    });
    return recording;
  };

  test('as the machine that it was recorded on: each other value is refused', async () => {
    const recording = await recorded();
    const { status, out, err } = await pollux('retime', recording, '-s', 'accelerator.dim=8', '-s', 'memory.size=1GiB');
    expect([status, out]).toEqual([65, '']);
    expect(err).toContain('memory.size is 1 GiB (--set), but the program was recorded with 2 GiB');
    expect(err).toContain('error[REC002]: accelerator.dim is 8 (--set), but the program was recorded with 16');
    expect(err).toContain('run the program again with it');
    const ofPreset = await pollux('retime', recording, '--config', 'fp32');
    expect(ofPreset.status).toBe(65);
    expect(ofPreset.err).toContain('accelerator.elementType is fp32 (preset fp32)');
  });

  test('with values of the recorded machine said again', async () => {
    const again = await pollux('retime', await recorded('--config', 'fp32'), '--config', 'fp32', '-s', 'harts=1');
    expect(again.status).toBe(0);
  });
});

test('the guest’s status becomes ours', async () => {
  const { status, err } = await pollux('run', file('three.s', exits(3)));
  expect(status).toBe(3);
  expect(err).toBe('*** FAILED *** (tohost = 3)\n');
});

test('of an exit code beyond eight bits the low ones are left, and it is said', async () => {
  const { status, err } = await pollux('run', file('large.s', exits(1337)));
  expect(status).toBe(57);
  expect(err).toContain('(tohost = 1337), exit status 57');
});

test('asm writes an ELF file that runs', async () => {
  const elf = join(folder, 'hello.elf');
  expect(await pollux('asm', file('hello.s', HELLO), '-o', elf)).toEqual({ status: 0, out: '', err: '' });
  expect((await pollux('run', elf)).out).toBe('hello\n');
});

test('a program may be put together from files, and include others', async () => {
  file('exit.inc', EXIT);
  const main = file('main.s', '.include "exit.inc"\n.globl exit\n');
  const start = file('start.s', '.globl _start\n_start: li a0, 4\n tail exit\n');
  const elf = join(folder, 'two.elf');
  expect(await pollux('asm', main, start, '-o', elf)).toMatchObject({ status: 0 });
  expect((await pollux('run', elf)).status).toBe(4);
});

test('program arguments after -- reach the program', async () => {
  // getmainvars(buffer, 512); exit(argc * 100 + first letter of argv[1])
  const text = `
_start: la   t0, block
        la   t1, tohost
        sd   t0, 0(t1)
        la   t1, fromhost
1:      ld   t0, 0(t1)
        beqz t0, 1b
        la   t0, buffer
        ld   a0, 0(t0)
        ld   t1, 16(t0)
        lbu  t1, 0(t1)
        li   t2, 70
        mul  a0, a0, t2
        sub  a0, a0, t1
${EXIT}
        .data
        .balign 64
block:  .dword 2011, buffer, 512, 0, 0, 0, 0, 0
        .bss
buffer: .zero 512`;
  const { status } = await pollux('run', file('args.s', text), '--', '--set', 'x');
  // Three arguments: the program, "--set", "x".
  expect(status).toBe(3 * 70 - '-'.charCodeAt(0));
});

describe('a program that cannot be run', () => {
  test('does not exist', async () => {
    const { status, err } = await pollux('run', join(folder, 'nothing.elf'));
    expect(status).toBe(66);
    expect(err).toContain('error[CLI001]: cannot read');
  });
  test('is neither ELF nor assembly', async () => {
    const { status, err } = await pollux('run', file('readme.txt', 'hello'));
    expect(status).toBe(65);
    expect(err).toContain('error[CLI004]');
  });
  test('is a damaged ELF file', async () => {
    const { status, err } = await pollux('run', file('cut.elf', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1)));
    expect(status).toBe(65);
    expect(err).toContain('error[ELF002]');
  });
  test('has mistakes: each with its line, a caret and a hint', async () => {
    const { status, err } = await pollux('run', file('bad.s', '_start: addq a0, a1\n mv a0, q1\n'));
    expect(status).toBe(65);
    expect(err).toMatch(/bad\.s:1:9: error\[ASM\d+\]: .*addq/);
    expect(err).toContain('  1 | _start: addq a0, a1\n              ^^^^\n');
    expect(err).toContain('2 errors');
  });
  test('does not fit into memory', async () => {
    const { status, err } = await pollux(
      'run',
      '-s',
      'memory.size=64KiB',
      file('large.s', `${exits(0)}\n.bss\n.zero 100000`),
    );
    expect(status).toBe(65);
    expect(err).toMatch(/error\[LOAD001\].*\n.*enlarge memory.size/);
  });
});

describe('a run that does not come to an end says where it is', () => {
  const loop = '_start: j loop\n .zero 16\nloop: nop\n j loop\n';
  test('at the instruction limit', async () => {
    const { status, err } = await pollux('run', '--max-instructions', '1_000', file('loop.s', loop));
    expect(status).toBe(124);
    expect(err).toMatch(
      /stopped: the limit of 1,000 instructions is reached\n {2}hart 0: pc 0x00000000800000\w\w \(loop/,
    );
    expect(err).toContain('machine mode, executing');
  });
  test('at the time limit', async () => {
    const { status, err } = await pollux('run', '--timeout', '0.05', file('loop.s', loop));
    expect(status).toBe(124);
    expect(err).toContain('stopped: the limit of 0.05 s is reached');
  });
  test('when the trap handler itself traps', async () => {
    const { status, err } = await pollux('run', file('trap.s', '_start: ld a0, 0(zero)\n'));
    expect(status).toBe(124);
    expect(err).toContain('the trap handler of hart 0 traps itself: cause 1 (fetch access), tval 0x0');
  });
  test('when every hart waits for ever', async () => {
    const { status, err } = await pollux('run', file('wait.s', '_start: wfi\n j _start\n'));
    expect(status).toBe(124);
    expect(err).toContain('every hart waits');
    expect(err).toContain('waiting for an interrupt, but none that can come is enabled');
  });
});

test('a fault names its id, command, operands, limit, pc and symbol, and what to do', async () => {
  const text = `
_start: li   t0, 0x1e000
        csrs mstatus, t0
        config_mvin stride=16
        la   a0, _start
        mvin a0, sp(16380), rows=8, cols=16
`;
  const { status, err } = await pollux('run', file('fault.s', text));
  expect(status).toBe(134);
  expect(err).toContain('fault[scratchpad-row-range]');
  expect(err).toContain('scratchpad row 16384 of 16384 (mvin at pc 0x80000');
  expect(err).toMatch(/hart 0: pc 0x\w+ \(_start\+0x\w+, .*fault\.s:\d+\), machine mode/);
  expect(err).toContain('hint: check the local address');
});

test('the commit log is a file of one line per instruction, or an error before the run', async () => {
  const log = join(folder, 'commits.log');
  const path = file('hello.s', HELLO);
  expect((await pollux('run', '-q', '--log-commits', log, path)).status).toBe(0);
  expect(readFileSync(log, 'utf8').split('\n')[5]).toMatch(/^core {3}0: 3 0x0000000080000000 \(0x[0-9a-f]{8}\) x5 /);
  const { status, out, err } = await pollux('run', '--log-commits', join(folder, 'no', 'log'), path);
  expect([status, out]).toEqual([73, '']);
  expect(err).toContain('error[CLI002]: cannot write');
});

test('mistakes in the command line have a status of their own', async () => {
  expect((await pollux('run')).status).toBe(64);
  expect((await pollux('run', '--max-instructions', '0', 'x')).status).toBe(64);
  expect((await pollux('rum', 'x')).status).toBe(64);
  expect((await pollux('--help')).status).toBe(0);
  expect((await pollux('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('--stats csv prints every counter after what the guest prints', async () => {
  const { status, out, err } = await pollux('run', '--stats', 'csv', file('hello.s', HELLO));
  expect(status).toBe(0);
  expect(out).toMatch(/^hello\nid,tile,unit,value\nhost\.cycles,0,cycles,\d+\n/);
  expect(err).toMatch(/tile 0: [\d,]+ cycles, /);
});

test('--stats json is one line with tiles and counters', async () => {
  const { out } = await pollux('run', '-q', '--stats', 'json', file('hello.s', HELLO));
  const { tiles, counters } = JSON.parse(out.trimEnd().split('\n').at(-1)!);
  expect(tiles).toHaveLength(1);
  expect(counters[0]).toMatchObject({ id: 'host.cycles', tile: 0, value: tiles[0].cycles });
});

test('counters lists what the timing model counts, and refuses what it does not', async () => {
  expect((await pollux('counters', 'l2.hits')).out).toMatch(
    /^l2\.hits {2}L2 hits {2}events {2}requests with their line\n$/,
  );
  const { status, err } = await pollux('counters', 'l2.hit');
  expect(status).toBe(65);
  expect(err).toContain('the timing model has no counter l2.hit');
});

test('a recording is no program, and is told apart from what is nothing known', async () => {
  const recording = join(folder, 'run.rec');
  expect((await pollux('run', '--quiet', '--record', recording, 'asm/hello.s')).status).toBe(0);
  const { status, err } = await pollux('run', recording);
  expect(status).toBe(65);
  expect(err).toContain(
    `${recording} is a recording of a run, not a program\n  hint: pollux retime ${recording} times it`,
  );
  expect((await pollux('run', file('noise', Uint8Array.of(0x1f, 0x8b, 1, 2)))).err).toContain('neither an ELF file');
});
