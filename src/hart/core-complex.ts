/** The harts of a machine with the generated code that they share. */
import { CodePages } from './code-pages.ts';
import type { GuestMemory } from './guest-memory.ts';
import { Hart, type HartPorts } from './hart.ts';
import type { HostObserver } from './host-trace.ts';
import { FIRST_FREE_ENTRY, type HostFunctions } from './interpreter.ts';
import { interpreterBytes } from './interpreter-bytes.ts';
import { BLOCK_ID_SHIFT } from './layout.ts';
import type { TraceFunctions } from './trace-code.ts';
import { TracedBlocks } from './trace-writer.ts';
import { Translator } from './translator/translator.ts';

let plain: WebAssembly.Module | undefined;
let observed: WebAssembly.Module | undefined;

/** The interpreter's module, plain or with the host trace; each is compiled once. */
const interpreterModule = (observes: boolean): WebAssembly.Module =>
  observes
    ? (observed ??= new WebAssembly.Module(interpreterBytes(true)))
    : (plain ??= new WebAssembly.Module(interpreterBytes(false)));

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
  const observers = ports.flatMap(({ observer }): HostObserver[] => (observer === undefined ? [] : [observer]));
  const observes = observers.length > 0;
  const host: HostFunctions & TraceFunctions = {
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
    block: (state, record) => hart(state).traceBlock(record),
    drain: (state) => hart(state).drainTrace(),
    fence: (state) => hart(state).traceFence(),
  };
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: FIRST_FREE_ENTRY });
  const shared = { ...host, memory: memory.memory, table };
  const { exports } = new WebAssembly.Instance(interpreterModule(observes), { host: shared });
  const enter = exports.enter as (state: number, fuel: number) => number;
  const pages = new CodePages(memory, {
    forgetAll: () => {
      translator?.clear();
      for (const one of harts) one.forgetCode();
    },
    forgetPage: (page) => translator?.dropPage(page),
    ...(observes ? { renewed: (start: number, end: number) => forgetBlocks(memory, start, end) } : {}),
  });
  const translator = translates
    ? new Translator(memory, pages, { host: shared, interpreter: exports }, observes)
    : undefined;
  // Its direct accesses end where memory ended when code was translated.
  if (translator !== undefined) memory.whenGrown(() => translator.clear());
  const blocks = new TracedBlocks(observers);
  for (const [hartId, port] of ports.entries())
    harts.push(new Hart(memory, hartId, pages, port, enter, translator, blocks));
  return harts;
}

/** Block ids of records that are made anew do not hold any more. */
function forgetBlocks(memory: GuestMemory, start: number, end: number): void {
  const slot = (record: number): number => memory.blockIds + ((record - memory.decodedPages) >> BLOCK_ID_SHIFT);
  memory.bytes.fill(0, slot(start), slot(end));
}
