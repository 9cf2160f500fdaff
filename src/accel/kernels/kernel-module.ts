import {
  after,
  block,
  branch,
  branchIf,
  branchTable,
  type Callee,
  call,
  get,
  giveBack,
  type I32,
  i32,
  loop,
  memoryCopy,
  type Statement,
  sequence,
  set,
  when,
} from '../../wasm/code.ts';
import { ModuleWriter } from '../../wasm/module-writer.ts';
import type { AcceleratorConfig, ElementType } from '../config.ts';
import type { AcceleratorMemory } from '../dram.ts';
import type { AcceleratorLayout } from '../layout.ts';
import { emitArrayKernels } from './array-kernels.ts';
import { emitComputeDispatch } from './compute-dispatch.ts';
import { emitFloatArrayKernels } from './float-array-kernels.ts';
import { layOutKernels, RECORD, RECORD_BYTES, RECORD_CODE } from './kernel-layout.ts';
import { REGISTER_WORD } from './kernel-registers.ts';
import type { KernelContext } from './kernel-writer.ts';
import { emitMoveInDispatch, emitMoveOutDispatch, IRREGULAR } from './move-dispatch.ts';
import { emitMoveKernels } from './move-kernels.ts';
import { emitPooling } from './pooling-kernel.ts';
import { emitRowAccess, LOAD_ACCESS, NOT_LOCATED } from './row-access.ts';

/**
 * Executes the queued primitive commands from record `start` to record `end` − 1. Stops before a command that the
 * kernels cannot do or whose DRAM rows cannot all be located (`rowsDone` says how many are done).
 * @returns the record it stopped at, or `end`
 */
export type RunQueue = (start: number, end: number) => number;

/** The array's kernels take eight columns of integers at a time, or four of floats. */
const SMALLEST_DIM: Readonly<Partial<Record<ElementType, number>>> = { int8: 8, int16: 8, fp32: 4 };

/** Can the kernels serve this configuration? Others run on the reference. */
export const hasKernels = ({ elementType, dim }: AcceleratorConfig): boolean =>
  dim >= (SMALLEST_DIM[elementType] ?? Number.POSITIVE_INFINITY);

const MAX_PAGES = 65536;

/** The generated module, as bytes. It imports `host.memory` and `host.translate`, and exports `run`. */
export function writeKernelModule(config: AcceleratorConfig, local: AcceleratorLayout): Uint8Array<ArrayBuffer> {
  const writer = new ModuleWriter();
  writer.importMemory('host', 'memory', 0, MAX_PAGES);
  const translate = writer.importFunction('host', 'translate', { parameters: ['i64', 'i32'], result: 'i32' });
  const context = { writer, config, local, scratch: layOutKernels(config, local.kernels) };
  const rows = emitRowAccess(context, translate);
  const moves = emitMoveKernels(context, rows);
  const array = config.accumulatorType === 'int32' ? emitArrayKernels(context) : emitFloatArrayKernels(context);
  const dispatch = {
    moveIn: emitMoveInDispatch(context, moves),
    moveOut: emitMoveOutDispatch(context, moves, emitPooling(context, rows)),
    compute: emitComputeDispatch(context, array),
  };
  writer.export('run', emitRun(context, dispatch));
  return writer.finish();
}

type Dispatch = Readonly<Record<'moveIn' | 'moveOut' | 'compute', Callee<'i32'>>>;

function emitRun({ writer, scratch }: KernelContext, dispatch: Dispatch): Callee<'i32'> {
  return writer.function({ parameters: ['i32', 'i32'], result: 'i32' }, (scope) => {
    const index = scope.parameter('i32', 0);
    const end = scope.parameter('i32', 1);
    const record = scope.local('i32');
    const done = scope.local('i32');
    const stopAt = (rows: I32): Statement =>
      sequence(i32.store(i32.const(0), rows, scratch.rowsDone), giveBack(get(index)));
    const move = (callee: Callee<'i32'>): Statement =>
      sequence(
        set(done, call(callee, get(record))),
        when(i32.eq(get(done), i32.const(IRREGULAR)), stopAt(i32.const(0))),
        when(i32.ne(get(done), i32.load(get(record), RECORD.rows)), stopAt(get(done))),
      );
    const compute = (loadsArray: number): Statement =>
      when(call(dispatch.compute, get(record), i32.const(loadsArray)), stopAt(i32.const(0)));
    const latch = memoryCopy(
      i32.const(scratch.registers + REGISTER_WORD.local),
      i32.add(get(record), i32.const(RECORD.local)),
      i32.const(LATCH_BYTES),
    );
    const bodies = [move(dispatch.moveIn), move(dispatch.moveOut), latch, compute(0), compute(1)];
    const code = i32.load(get(record), RECORD.code);
    return after(
      block(
        loop(
          branchIf(1, i32.ge(get(index), get(end))),
          set(record, i32.add(i32.const(scratch.queue), i32.mul(get(index), i32.const(RECORD_BYTES)))),
          switchOver(code, bodies),
          set(index, i32.add(get(index), i32.const(1))),
          branch(0),
        ),
      ),
      get(end),
    );
  });
}

const LATCH_BYTES = 24;

/** Index of the body for each record code. */
const BODY_OF_CODE = [0, 0, 0, 1, 2, 3, 4];

/** Executes the body that belongs to a record code. */
function switchOver(code: I32, bodies: readonly Statement[]): Statement {
  // Innermost block first: branching out of block n ends up before body n.
  const table = branchTable(code, BODY_OF_CODE, BODY_OF_CODE[RECORD_CODE.computePreloaded]!);
  let nested: Statement = table;
  bodies.forEach((body, index) => {
    nested = sequence(block(nested), body, branch(bodies.length - 1 - index));
  });
  return block(nested);
}

/** Compiled modules by what they were made for, the latest last: who runs one program often runs another. */
const compiled = new Map<string, WebAssembly.Module>();
const MOST_COMPILED = 8;

function kernelModule(config: AcceleratorConfig, local: AcceleratorLayout): WebAssembly.Module {
  const key = JSON.stringify([config, local]);
  const module = compiled.get(key) ?? new WebAssembly.Module(writeKernelModule(config, local));
  compiled.delete(key);
  compiled.set(key, module);
  if (compiled.size > MOST_COMPILED) compiled.delete(compiled.keys().next().value!);
  return module;
}

/** Ties the kernels of a configuration to the memory. */
export function instantiateKernels(
  config: AcceleratorConfig,
  memory: AcceleratorMemory,
  local: AcceleratorLayout,
): RunQueue {
  const translate = (page: bigint, access: number): number => {
    const found = memory.locate(BigInt.asUintN(64, page), access === LOAD_ACCESS ? 'load' : 'store');
    return typeof found === 'number' ? found : NOT_LOCATED;
  };
  const instance = new WebAssembly.Instance(kernelModule(config, local), {
    host: { memory: memory.memory, translate },
  });
  return instance.exports.run as RunQueue;
}
