import type { Callee } from '../wasm/code.ts';
import type { ModuleWriter } from '../wasm/module-writer.ts';
import type { FloatLibrary } from './operands.ts';
export function defineFloatLibrary(_writer: ModuleWriter, _host: Callee<'i32'>): FloatLibrary {
  return {} as FloatLibrary;
}
