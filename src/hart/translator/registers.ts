/** The guest registers that a region uses, as locals of its function. */
import type { Local } from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import { type Decoded, registerFiles, usesThirdRegister } from '../decoder.ts';
import { HART } from '../layout.ts';
import type { Region } from './region.ts';

/** A register in a local: an integer as i64, a floating-point one as f64. */
export interface RegisterLocal {
  readonly local: Local<'i64'> | Local<'f64'>;
  /** Of the register in the hart's state. */
  readonly offset: number;
}

export interface RegisterLocals {
  /** Registers that the region reads or writes. */
  readonly loaded: readonly RegisterLocal[];
  readonly written: readonly RegisterLocal[];
  integer(number: number): Local<'i64'>;
  float(number: number): Local<'f64'>;
}

export function registersOf({ blocks }: Region, scope: FunctionScope): RegisterLocals {
  const integers = new Map<number, Local<'i64'>>();
  const floats = new Map<number, Local<'f64'>>();
  const written = new Set<string>();
  const use = (isFloat: boolean, number: number): void => {
    if (isFloat) {
      if (!floats.has(number)) floats.set(number, scope.local('f64'));
    } else if (number !== 0 && !integers.has(number)) integers.set(number, scope.local('i64'));
  };
  for (const { instructions } of blocks) {
    for (const decoded of instructions) {
      const files = registerFiles(decoded.name);
      use(files.rs1, decoded.rs1);
      use(files.rs2, decoded.rs2);
      if (usesThirdRegister(decoded)) use(true, decoded.rs3);
      use(files.rd, decoded.rd);
      written.add(keyOf(files.rd, decoded));
    }
  }
  const all = [
    ...[...integers].map(([number, local]) => ({ key: `x${number}`, local, offset: HART.x.offset + 8 * number })),
    ...[...floats].map(([number, local]) => ({ key: `f${number}`, local, offset: HART.f.offset + 8 * number })),
  ];
  return {
    loaded: all,
    written: all.filter(({ key }) => written.has(key)),
    integer: (number) => integers.get(number)!,
    float: (number) => floats.get(number)!,
  };
}

const keyOf = (isFloat: boolean, { rd }: Decoded): string => `${isFloat ? 'f' : 'x'}${rd}`;
