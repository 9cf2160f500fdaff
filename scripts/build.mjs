// Builds what `pollux` ships: the command line (split, so that a command loads only what it uses), the library, and its
// type declarations.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

const common = { bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'warning' };

/** Puts the bytes of the interpreter's module in place of the code that writes them, which takes longer to run than to read. */
const embedInterpreter = {
  name: 'embed-interpreter',
  setup({ onLoad }) {
    onLoad({ filter: /src\/hart\/interpreter-bytes\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...common, entryPoints: [path], write: false });
      const { interpreterBytes } = await import(
        `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
      );
      const text = JSON.stringify(Buffer.from(interpreterBytes()).toString('base64'));
      const contents = `export const interpreterBytes = () => Uint8Array.from(atob(${text}), (one) => one.charCodeAt(0));`;
      return { contents, loader: 'js' };
    });
  },
};

rmSync('dist', { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { cli: 'src/cli/bin.ts', index: 'src/index.ts' },
  outdir: 'dist',
  splitting: true,
  sourcemap: true,
  // commander is CommonJS and asks for Node's modules by `require`.
  banner: {
    js: "import { createRequire as pollux_createRequire } from 'node:module'; const require = pollux_createRequire(import.meta.url);",
  },
  plugins: [embedInterpreter],
});
const { status } = spawnSync('npx', ['tsc', '-p', 'tsconfig.types.json'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
