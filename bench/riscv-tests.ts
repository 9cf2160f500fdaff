// Runs every program of a directory of riscv-tests (names like rv64ui-p-add) and reports which fail:
//   node scripts/run.mjs bench/riscv-tests.ts DIRECTORY [name pattern]
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readElf } from '../src/elf/read.ts';
import { createHarts } from '../src/hart/core-complex.ts';
import { GuestMemory } from '../src/hart/guest-memory.ts';
import { Scheduler } from '../src/hart/scheduler.ts';
import { GuestRam } from '../src/machine/guest-ram.ts';
import { Htif, type HtifEvent } from '../src/machine/htif.ts';
import { loadProgram } from '../src/machine/load.ts';

const RAM = { base: 0x80000000, bytes: 0x8000000 };
const LIMIT = 20_000_000;

/** @returns what went wrong, if anything */
function runTest(file: string): string | undefined {
  const elf = readElf(readFileSync(file));
  if (!elf.ok) return elf.errors[0]!.message;
  const memory = new GuestMemory({ harts: 1, physical: [RAM], isObserved: false });
  const ram = new GuestRam(memory, RAM);
  const entry = loadProgram(elf.value, ram);
  if (!entry.ok) return entry.errors[0]!.message;
  const symbol = (name: string) => elf.value.symbols.find((one) => one.name === name)!.value;
  const text: string[] = [];
  const htif = new Htif(ram, symbol('tohost'), symbol('fromhost'), {
    console: { write: (_fd, bytes) => text.push(new TextDecoder().decode(bytes)), read: () => new Uint8Array() },
    programArguments: [],
    readFile: () => undefined,
    openFiles: new Map(),
  });
  let mtime = 0n;
  const [hart] = createHarts(memory, [{ bus: { read: () => undefined, write: () => false }, time: () => mtime }]);
  hart!.reset(entry.value);
  let event: HtifEvent | undefined;
  const scheduler = new Scheduler([hart!], {
    tick: (ticks) => {
      mtime += BigInt(ticks);
    },
    poll: () => (event = htif.poll()) !== undefined,
  });
  const { end, retired } = scheduler.run(LIMIT);
  if (event?.kind === 'exit' && event.code === 0n) return undefined;
  const what = event?.kind === 'exit' ? `test ${event.code}` : (event?.fault.message ?? end.kind);
  return `${what} at pc 0x${hart!.state.pc.toString(16)} after ${retired} instructions ${text.join('')}`;
}

const [directory, pattern = '^rv64(ui|um|ua|uf|ud|uc|mi|si)-'] = process.argv.slice(2);
if (directory === undefined) throw new Error('usage: riscv-tests.ts DIRECTORY [name pattern]');
const names = readdirSync(directory).filter((name) => new RegExp(pattern).test(name) && !name.includes('.'));
let failed = 0;
for (const name of names) {
  const problem = runTest(join(directory, name));
  if (problem === undefined) continue;
  failed++;
  console.log(`${name}: ${problem}`);
}
console.log(`${names.length - failed} of ${names.length} pass`);
process.exitCode = failed === 0 ? 0 : 1;
