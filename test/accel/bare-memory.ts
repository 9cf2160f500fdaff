import { Accelerator } from '../../src/accel/accelerator.ts';
import type { AcceleratorConfig } from '../../src/accel/config.ts';
import type { AcceleratorMemory, AccessTrap } from '../../src/accel/dram.ts';
import { createFastestPrimitives } from '../../src/accel/fastest-primitives.ts';
import { layOutAccelerator } from '../../src/accel/layout.ts';
import type { Primitives } from '../../src/accel/primitives.ts';
import { ReferencePrimitives } from '../../src/accel/reference-primitives.ts';
import type { AcceleratorState } from '../../src/accel/state.ts';

const LOAD_ACCESS_FAULT = 5;
const STORE_ACCESS_FAULT = 7;

/** Untranslated main memory from `start` on, in one linear memory with the local memories after it. */
export class BareMemory implements AcceleratorMemory {
  readonly memory: WebAssembly.Memory;
  readonly start: bigint;
  readonly size: number;
  translationEpoch = 0;

  constructor(start: bigint, size: number, extraBytes: number) {
    this.start = start;
    this.size = size;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((size + extraBytes) / 65536), maximum: 65536 });
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer, 0, this.size);
  }

  locate(vaddr: bigint, access: 'load' | 'store'): number | AccessTrap {
    if (vaddr >= this.start && vaddr < this.start + BigInt(this.size)) return Number(vaddr - this.start);
    return { cause: access === 'load' ? LOAD_ACCESS_FAULT : STORE_ACCESS_FAULT, tval: vaddr };
  }
}

/** What executes the primitive commands. */
export type Engine = 'kernels' | 'reference';

const CREATE: Readonly<Record<Engine, (state: AcceleratorState) => Primitives>> = {
  kernels: createFastestPrimitives,
  reference: (state) => new ReferencePrimitives(state),
};

export interface TestBench {
  readonly accelerator: Accelerator;
  readonly memory: BareMemory;
}

/** An accelerator behind `size` bytes of main memory at `start`. */
export function createTestBench(
  config: AcceleratorConfig,
  size = 65536,
  engine: Engine = 'kernels',
  start = 0n,
): TestBench {
  const memory = new BareMemory(start, size, layOutAccelerator(config, 0).end + 1024);
  return { memory, accelerator: new Accelerator(config, memory, size, undefined, CREATE[engine]) };
}
