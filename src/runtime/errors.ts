import { type Diagnostic, errorAt } from '../support/diagnostics.ts';

/** What can be wrong with problems, networks and tensors: code → what it means. `docs/errors.md` lists this table. */
export const RUNTIME_ERRORS = {
  NET001: 'A file is no network description, or not YAML.',
  NET002: 'A network description has a wrong key or value.',
  NET003: 'The layers of a network do not fit together.',
  NET004: 'A layer cannot run on the accelerator.',
  RUN001: 'The commands of a program take more room than code may.',
  RUN002: 'A program needs more memory than the machine has.',
  RUN003: 'A size of a problem is out of its range.',
  RUN004: 'The accelerator does not have this combination of layer, type and layout.',
  RUN005: 'A tile does not fit the private memories.',
  RUN006: 'A given operand has the wrong type or number of values.',
  RUN007: 'The array is not built for the dataflow of the commands.',
  NPY001: 'A file is not a .npy array.',
  NPY002: 'A .npy array has the wrong type, order or shape.',
} as const;

export type RuntimeErrorCode = keyof typeof RUNTIME_ERRORS;

export const runtimeError = (code: RuntimeErrorCode, message: string, hint?: string): Diagnostic =>
  errorAt(code, undefined, message, hint);
