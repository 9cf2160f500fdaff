import {
  block,
  branch,
  branchIf,
  get,
  type I32,
  i32,
  type Local,
  loop,
  type Statement,
  sequence,
  set,
} from '../../wasm/code.ts';
import type { FunctionScope, ModuleWriter } from '../../wasm/module-writer.ts';
import type { AcceleratorConfig } from '../config.ts';
import type { AcceleratorLayout } from '../layout.ts';
import type { KernelLayout } from './kernel-layout.ts';

/** What every kernel generator needs to know: where things are, all offsets absolute in linear memory. */
export interface KernelContext {
  readonly writer: ModuleWriter;
  readonly config: AcceleratorConfig;
  readonly local: AcceleratorLayout;
  readonly scratch: KernelLayout;
}

/** i from 0 to count − 1. */
export function countLoop(scope: FunctionScope, count: I32, body: (i: Local<'i32'>) => Statement): Statement {
  const i = scope.local('i32');
  return sequence(
    set(i, i32.const(0)),
    block(loop(branchIf(1, i32.ge(get(i), count)), body(i), set(i, i32.add(get(i), i32.const(1))), branch(0))),
  );
}

export const addTo = (local: Local<'i32'>, value: I32): Statement => set(local, i32.add(get(local), value));
