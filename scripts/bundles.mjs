// What esbuild makes of the sources: options for the build and for the test that runs the library outside of Node.
import { build } from 'esbuild';

const COMMON = { bundle: true, target: 'node20', charset: 'ascii', logLevel: 'warning' };

/** Puts the bytes of the interpreter's module in place of the code that writes them, which takes longer to run than to read. */
const embedInterpreter = {
  name: 'embed-interpreter',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]hart[\\/]interpreter-bytes\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...COMMON, format: 'esm', entryPoints: [path], write: false });
      const { interpreterBytes } = await import(
        `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
      );
      const [plain, observed] = [false, true].map((observes) =>
        JSON.stringify(Buffer.from(interpreterBytes(observes)).toString('base64')),
      );
      const contents = `import { bytesOfBase64 } from '../support/base64.ts';
      export const interpreterBytes = (observes) => bytesOfBase64(observes ? ${observed} : ${plain});`;
      return { contents, loader: 'js' };
    });
  },
};

const SHIPPED = { ...COMMON, outdir: 'dist', sourcemap: true, plugins: [embedInterpreter] };

/** The library: one module that imports nothing, for browsers and for Node. */
export const LIBRARY = { ...SHIPPED, entryPoints: { index: 'src/index.ts' }, format: 'esm', platform: 'browser' };

/** The executable, which loads the command line. */
export const EXECUTABLE = { ...SHIPPED, entryPoints: { cli: 'src/cli/bin.ts' }, format: 'esm', platform: 'node' };

/** What the thread that times long runs executes. */
export const TIMING_WORKER = {
  ...SHIPPED,
  entryPoints: { 'timing-worker': 'src/cli/timing-worker.ts' },
  format: 'esm',
  platform: 'node',
};

/** The command line: a script whose value is a function from `require` to what src/cli/main.ts exports. */
export const COMMAND_LINE = {
  ...SHIPPED,
  entryPoints: { 'command-line': 'src/cli/main.ts' },
  format: 'cjs',
  platform: 'node',
  outExtension: { '.js': '.cjs' },
  banner: { js: '(function (require) { const module = {};' },
  footer: { js: 'return module.exports; })' },
};
