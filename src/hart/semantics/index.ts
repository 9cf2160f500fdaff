/** What every instruction does. A new row of the instruction table does not compile until it has its meaning here. */
import type { InstructionName } from '../../isa/rv64.ts';
import type { Statement } from '../../wasm/code.ts';
import type { Operands } from '../operands.ts';
import { CONTROL } from './control.ts';
import { FLOAT } from './float.ts';
import { INTEGER } from './integer.ts';
import { MEMORY } from './memory.ts';

export const SEMANTICS = {
  ...INTEGER,
  ...CONTROL,
  ...MEMORY,
  ...FLOAT,
} as const satisfies Readonly<Record<InstructionName, (o: Operands) => Statement>>;
