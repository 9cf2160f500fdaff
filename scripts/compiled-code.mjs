import { readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

/**
 * Writes beside the script of the command line what V8 compiles of it, for src/cli/bin.ts: the whole, and every function
 * that these runs call.
 * @param runs arguments of the command line
 */
export async function keepCompiledCode(filename, runs) {
  const script = new Script(readFileSync(filename, 'latin1'), { filename });
  const { main } = script.runInThisContext()(process.getBuiltinModule);
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    for (const run of runs) if ((await main(run)) !== 0) throw new Error(`pollux ${run.join(' ')} failed`);
  } finally {
    process.stdout.write = write;
  }
  writeFileSync(`${filename}.cache`, script.createCachedData());
}
