import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
// @ts-expect-error the build is plain JavaScript
import { LIBRARY } from '../scripts/bundles.mjs';
import { writeInterpreter } from '../src/hart/interpreter.ts';

test('the library that is shipped imports nothing', async () => {
  const { metafile } = await build({ ...LIBRARY, write: false, metafile: true });
  const { imports, exports } = metafile!.outputs['dist/index.js']!;
  expect(imports).toEqual([]);
  expect(exports).toContain('createMachine');
});

test('the library assembles, runs and times a program with what every browser worker has', async () => {
  const script = await build({ ...LIBRARY, format: 'iife', globalName: 'pollux', sourcemap: false, write: false });
  // A context has the language itself and WebAssembly, and nothing of Node.
  const worker = createContext({ TextDecoder, TextEncoder, atob, source: readFileSync('asm/matmul.s', 'utf8') });
  runInContext(script.outputFiles![0]!.text, worker);
  const run = `
    const program = pollux.assemble([{ name: 'matmul.s', text: source }]);
    const host = new pollux.CapturedHost();
    const machine = pollux.createMachine(pollux.DEFAULT_MACHINE, host, { timing: true });
    machine.load(pollux.readElf(program.value.bytes).value);
    machine.run();
    host.output + machine.timing.tiles[0].cycle()`;
  expect(runInContext(run, worker)).toMatch(/^C = A \* B is right: 256 of 256 elements\n\d{5}$/);
});

test.each([false, true])(
  'the bytes of the interpreter in the library are those that it would write (observed: %s)',
  async (observes) => {
    const { outputFiles } = await build({
      ...LIBRARY,
      entryPoints: ['src/hart/interpreter-bytes.ts'],
      sourcemap: false,
      write: false,
    });
    const url = `data:text/javascript;base64,${Buffer.from(outputFiles![0]!.contents).toString('base64')}`;
    const { interpreterBytes } = (await import(url)) as { interpreterBytes: (observes: boolean) => Uint8Array };
    expect(Buffer.from(interpreterBytes(observes)).equals(writeInterpreter(observes))).toBe(true);
  },
);
