// Writes every derived file (`npm run generate`), or with --check fails when one is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { exportGemminiParams } from '../src/machine/config/gemmini-params-export.ts';
import { DEFAULT_MACHINE } from '../src/machine/config/schema.ts';
import { cellRoutines } from './cell-routines.ts';
import { acceleratorPage } from './docs/accelerator.ts';
import { cliPage } from './docs/cli.ts';
import { configurationPage } from './docs/configuration.ts';
import { errorsPage } from './docs/errors.ts';
import { isaPage } from './docs/isa.ts';
import { timingPage } from './docs/timing.ts';
import { assemblyHeader, cHeader } from './firmware-headers.ts';

/** Derived file → its text. */
const derived: ReadonlyMap<string, () => string> = new Map([
  ['docs/accelerator.md', acceleratorPage],
  ['docs/cli.md', cliPage],
  ['docs/configuration.md', configurationPage],
  ['docs/errors.md', errorsPage],
  ['docs/isa.md', isaPage],
  ['docs/timing.md', timingPage],
  ['firmware/include/gemmini.h', cHeader],
  ['firmware/include/gemmini.inc', assemblyHeader],
  ['firmware/include/gemmini_params.h', () => exportGemminiParams(DEFAULT_MACHINE)],
  ['src/runtime/cell-routines.ts', cellRoutines],
]);

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, render] of derived) {
  const text = render();
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (check) {
    console.error(`${path} is stale: run "npm run generate" and commit the result`);
    stale++;
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale === 0 ? 0 : 1;
