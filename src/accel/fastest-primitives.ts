import { KernelPrimitives } from './kernel-primitives.ts';
import { hasKernels } from './kernels/kernel-module.ts';
import type { Primitives } from './primitives.ts';
import { ReferencePrimitives } from './reference-primitives.ts';
import type { AcceleratorState } from './state.ts';

/** Generated kernels where the configuration has them and nobody watches single bytes, else the reference. */
export const createFastestPrimitives = (state: AcceleratorState): Primitives =>
  hasKernels(state.config) && state.memory.watch === undefined
    ? new KernelPrimitives(state)
    : new ReferencePrimitives(state);
