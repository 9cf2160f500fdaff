#!/usr/bin/env node
/**
 * Starts the command line. Compiling its code takes longer than running a short program, so the build leaves what V8
 * compiled beside it (scripts/build.mjs); code that another version of V8 compiled is refused there and compiled anew.
 */
import { exitCode } from './exit-codes.ts';

const { readFileSync } = process.getBuiltinModule('node:fs');
const { fileURLToPath } = process.getBuiltinModule('node:url');
const { Script } = process.getBuiltinModule('node:vm');

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const filename = beside('command-line.cjs');
// The build writes no character beyond ASCII, which is read faster as Latin-1.
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  cachedData: readFileSync(`${filename}.cache`),
});
process.once('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCode('closedPipe'));
  throw error;
});
type CommandLine = Pick<typeof import('./main.ts'), 'main'>;
const load = script.runInThisContext() as (require: (name: string) => unknown) => CommandLine;
process.exitCode = await load(process.getBuiltinModule).main(process.argv.slice(2), beside('timing-worker.js'));
