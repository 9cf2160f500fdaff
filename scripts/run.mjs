// Runs one TypeScript file of this project with Node: `node scripts/run.mjs bench/host.ts [arguments]`.
import { mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildTimingCore } from './timing-core.mjs';

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/run.mjs FILE.ts [arguments]');
  process.exit(2);
}
await buildTimingCore();
mkdirSync('dist/scripts', { recursive: true });
const outfile = resolve('dist/scripts', `${basename(file, '.ts')}-${process.pid}.mjs`);
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  packages: 'external',
  logLevel: 'warning',
});
process.argv = [process.argv[0], file, ...rest];
await import(pathToFileURL(outfile).href);
