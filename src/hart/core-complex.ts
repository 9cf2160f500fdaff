/** The harts of a machine with the generated code that they share. */
import { CodePages } from './code-pages.ts';
import type { GuestMemory } from './guest-memory.ts';
import { Hart, type HartPorts } from './hart.ts';
import { FIRST_FREE_ENTRY, type HostFunctions } from './interpreter.ts';
import { interpreterBytes } from './interpreter-bytes.ts';
import { Translator } from './translator/translator.ts';

let compiled: WebAssembly.Module | undefined;

/** The interpreter's module; compiled once. */
const interpreterModule = (): WebAssembly.Module => (compiled ??= new WebAssembly.Module(interpreterBytes()));

export interface CoreOptions {
  /** Is hot code translated? Off, everything is interpreted; the outcome is the same. */
  readonly translates: boolean;
}

/** @param ports of each hart; they share the memory */
export function createHarts(
  memory: GuestMemory,
  ports: readonly HartPorts[],
  { translates }: CoreOptions = { translates: true },
): readonly Hart[] {
  const harts: Hart[] = [];
  const hart = (state: number): Hart => harts[memory.hartIndex(state)]!;
  const host: HostFunctions = {
    decode: (state, record) => hart(state).decode(record),
    fetch: (state) => hart(state).fetch(),
    load: (state, vaddr, kind) => hart(state).load(vaddr, kind),
    store: (state, vaddr, bytes) => hart(state).store(vaddr, bytes),
    atomic: (state, vaddr, bytes) => hart(state).atomic(vaddr, bytes),
    system: (state, record) => hart(state).system(record),
    custom: (state, record, rs1, rs2) => hart(state).custom(record, rs1, rs2),
    illegal: (state, record) => hart(state).illegal(record),
    straddle: (state) => hart(state).straddle(),
    float: (state, record, operation, mode) => hart(state).float(record, operation, mode),
  };
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: FIRST_FREE_ENTRY });
  const shared = { ...host, memory: memory.memory, table };
  const { exports } = new WebAssembly.Instance(interpreterModule(), { host: shared });
  const enter = exports.enter as (state: number, fuel: number) => number;
  const pages = new CodePages(memory, {
    forgetAll: () => {
      translator?.clear();
      for (const one of harts) one.forgetCode();
    },
    forgetPage: (page) => translator?.dropPage(page),
  });
  const translator = translates ? new Translator(memory, pages, { host: shared, interpreter: exports }) : undefined;
  for (const [hartId, port] of ports.entries()) harts.push(new Hart(memory, hartId, pages, port, enter, translator));
  return harts;
}
