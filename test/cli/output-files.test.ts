import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCode } from '../../src/cli/exit-codes.ts';
import { GrowingFile, writeOutput } from '../../src/cli/growing-file.ts';
import { EXIT } from '../machine/programs.ts';
import { pollux } from './command-line.ts';

const SOURCE = `_start: li a0, 0\n${EXIT}`;

let folder = '';
let program = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pollux-'));
  program = join(folder, 'zero.s');
  writeFileSync(program, SOURCE);
});
afterEach(() => rmSync(folder, { recursive: true }));

function hasMkfifo(): boolean {
  try {
    execFileSync('mkfifo', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a link is followed', () => {
  test('to the file that it names', async () => {
    const [link, behind] = [join(folder, 'link.json'), join(folder, 'behind.json')];
    writeFileSync(behind, 'old');
    symlinkSync('behind.json', link);
    expect((await pollux('run', '-q', '--stats-file', link, program)).status).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(behind, 'utf8')).cycles).toBeGreaterThan(0);
  });

  test('to a file that is not there yet', async () => {
    mkdirSync(join(folder, 'inner'));
    symlinkSync(join('inner', 'new.rec'), join(folder, 'link.rec'));
    expect((await pollux('run', '-q', '--record', join(folder, 'link.rec'), program)).status).toBe(0);
    expect((await pollux('retime', '-q', join(folder, 'inner', 'new.rec'))).status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['inner', 'link.rec', 'zero.s']);
  });

  test('unless links go round in a circle', async () => {
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    const { status, err } = await pollux('run', '--record', join(folder, 'a'), program);
    expect(status).toBe(exitCode('noOutput'));
    expect(err).toContain('too many symbolic links');
  });
});

describe.skipIf(!hasMkfifo())('a pipe with a name (skipped where there is no mkfifo)', () => {
  test.each(['--record', '--log-commits', '--stats-file'])('is written with %s and stays', async (option) => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe]);
    let bytes = 0;
    reader.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    const end = new Promise((resolve) => reader.on('close', resolve));
    const { status, err } = await pollux('run', '-q', option, pipe, program);
    expect([status, err]).toEqual([0, '']);
    await end;
    expect(bytes).toBeGreaterThan(0);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['pipe', 'zero.s']);
  });
});

/** A device that takes nothing. Root could replace that of the system if this went wrong, and so gets its own. */
function fullDevice(): string {
  if (process.getuid?.() !== 0) return '/dev/full';
  const own = join(folder, 'full');
  try {
    execFileSync('mknod', [own, 'c', '1', '7'], { stdio: 'ignore' });
  } catch {
    // In a container that may make no devices, those that are there cannot be replaced either.
    return '/dev/full';
  }
  return own;
}

describe.skipIf(!existsSync('/dev/full'))('a device (skipped where there is no /dev/full)', () => {
  test('is written itself, and what it does not take is told', () => {
    const full = fullDevice();
    expect(writeOutput(full, 'text')).toMatchObject({
      ok: false,
      errors: [{ code: 'CLI002', message: expect.stringMatching(/no space/) }],
    });
    expect(lstatSync(full).isCharacterDevice()).toBe(true);
  });

  test('that takes nothing makes the run one without an output', async () => {
    const full = fullDevice();
    for (const option of ['--record', '--log-commits', '--stats-file']) {
      const { status, err } = await pollux('run', '-q', option, full, program);
      expect([option, status]).toEqual([option, exitCode('noOutput')]);
      expect(err).toContain(`error[CLI002]: cannot write ${full}: no space left on device`);
      expect(lstatSync(full).isCharacterDevice()).toBe(true);
    }
  });
});

describe('refused before anything runs, and left as it was', () => {
  const refused = async (file: string, ...args: string[]): Promise<string> => {
    const before = readFileSync(file);
    const { status, out, err } = await pollux(...args);
    expect([status, out]).toEqual([exitCode('noOutput'), '']);
    expect(err).toContain('error[CLI002]');
    expect(readFileSync(file)).toEqual(before);
    return err;
  };

  test.each(['--record', '--log-commits', '--stats-file'])('the program as %s', async (option) => {
    const err = await refused(program, 'run', option, program, program);
    expect(err).toContain(`cannot write ${program}: it is the same file as the input ${program}`);
    expect(err).toContain('hint: give another name');
  });

  test('the program under another name', async () => {
    symlinkSync(program, join(folder, 'soft.s'));
    linkSync(program, join(folder, 'hard.s'));
    mkdirSync(join(folder, 'inner'));
    for (const name of ['soft.s', 'hard.s', 'inner/../zero.s', './zero.s'])
      await refused(program, 'run', '--record', `${folder}/${name}`, program);
  });

  test('a recording as the counters of its own timing', async () => {
    const recording = join(folder, 'zero.rec');
    expect((await pollux('run', '-q', '--record', recording, program)).status).toBe(0);
    await refused(recording, 'retime', recording, '--stats-file', recording);
  });

  test('a source as its own program or listing, an object as its own link', async () => {
    await refused(program, 'asm', program, '-o', program);
    await refused(program, 'asm', program, '--listing', program);
    const object = join(folder, 'zero.o');
    expect((await pollux('asm', '--object', program, '-o', object)).status).toBe(0);
    await refused(object, 'ld', object, '-o', object);
  });

  test('a configuration as output of the command that reads it', async () => {
    const config = join(folder, 'm.yaml');
    writeFileSync(config, 'harts: 1\n');
    await refused(config, 'config', 'export', '-c', config, '-o', config);
    await refused(config, 'run', '-c', config, '--record', config, program);
    await refused(config, 'gemm', '4', '4', '4', '-c', config, '--elf', config);
  });

  test('one name for two outputs', async () => {
    const both = join(folder, 'both');
    const err = await refused(program, 'run', '--record', both, '--stats-file', both, program);
    expect(err).toContain(`it is the same file as the output ${both}`);
    expect(readdirSync(folder)).toEqual(['zero.s']);
  });

  test.each(['--record', '--log-commits', '--stats-file'])('a directory as %s', async (option) => {
    const err = await refused(program, 'run', option, folder, program);
    expect(err).toContain(`cannot write ${folder}: it is a directory`);
  });
});

test('a file that grows takes its name when it is closed', () => {
  const path = join(folder, 'grown');
  const file = GrowingFile.create(path);
  if (!file.ok) throw new Error('no file');
  file.value.write('one ');
  expect(existsSync(path)).toBe(false);
  file.value.write(new TextEncoder().encode('two'));
  expect(file.value.close()).toMatchObject({ ok: true });
  expect(readFileSync(path, 'utf8')).toBe('one two');
});
