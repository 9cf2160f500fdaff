// How fast sources become objects: `node scripts/run.mjs bench/assembler.ts [FILE.s …]`. Without files, GCC's output for the
// firmware kernels, often enough for 100,000 lines. Times are of the processor, so that other work on the machine counts less.
import { readFileSync } from 'node:fs';
import { assembleObject, writeElf } from '../src/index.ts';

const files = process.argv.slice(2);
const sources = (files.length > 0 ? files : ['firmware/lib/kernels.s']).map((name) => ({
  name,
  text: readFileSync(name, 'utf8'),
}));
const linesOnce = sources.reduce((sum, { text }) => sum + text.split('\n').length, 0);
const times = Math.max(1, Math.ceil(100_000 / linesOnce));
const ROUNDS = 8;

for (let round = 1; round <= ROUNDS; round++) {
  const before = process.cpuUsage();
  let bytes = 0;
  for (let i = 0; i < times; i++) {
    for (const source of sources) {
      const object = assembleObject(source);
      if (!object.ok) throw new Error(`${source.name}: ${object.errors[0]!.message}`);
      bytes += writeElf(object.value).length;
    }
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const lines = linesOnce * times;
  console.log(
    `round ${round}: ${lines} lines, ${bytes} bytes, ${seconds.toFixed(3)} s, ${Math.round(lines / seconds / 1000)} thousand lines/s`,
  );
}
