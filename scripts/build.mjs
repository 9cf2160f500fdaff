// Builds what `pollux` ships: the command line (split, so that a command loads only what it uses) and the library.
// Type declarations are emitted beside the library when tsc is called for (`--types`).
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { cli: 'src/cli/bin.ts', index: 'src/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  banner: {
    js: "import { createRequire as pollux_createRequire } from 'node:module'; const require = pollux_createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
if (process.argv.includes('--types')) {
  const { status } = spawnSync('npx', ['tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
