import { DEFAULT_ACCELERATOR } from '../../src/accel/config.ts';
import { createNumerics } from '../../src/accel/numerics.ts';
import { commandByName } from '../../src/isa/accelerator.ts';
import { checkOperation, type Mismatch, type TensorMemory } from '../../src/runtime/check.ts';
import type { Step } from '../../src/runtime/commands.ts';
import { DEFAULT_GEOMETRY, type StoredType } from '../../src/runtime/geometry.ts';
import type { Operation } from '../../src/runtime/operation.ts';
import { createTestBench } from '../accel/bare-memory.ts';

type Tensor = Int8Array | Int32Array;

/** Tensors in bare memory, and an accelerator that runs command streams over them. */
export class KernelBench implements TensorMemory {
  readonly #bench = createTestBench(DEFAULT_ACCELERATOR, 1 << 20);
  #end = 0x1000;

  /** Copies a tensor into memory at an odd address, as alignment must not matter. */
  place(tensor: Tensor): number {
    const address = this.reserve(tensor.byteLength);
    this.#bench.memory.bytes.set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), address);
    return address;
  }

  /** Room for a result, filled with a pattern that no kernel writes by chance. */
  reserve(bytes: number): number {
    const address = this.#end + 3;
    this.#end = address + bytes;
    this.#bench.memory.bytes.fill(0xa5, address, this.#end);
    return address;
  }

  run(steps: Iterable<Step>): void {
    for (const step of steps) {
      if (step.kind === 'fence') continue;
      const { funct } = commandByName('current', step.name)!;
      const outcome = this.#bench.accelerator.execute({ funct7: funct, rs1: step.rs1, rs2: step.rs2, pc: 0n });
      if (outcome.kind !== 'done') throw new Error(`${step.name}: ${JSON.stringify(outcome, (_, v) => String(v))}`);
    }
  }

  read(address: number, type: StoredType): number {
    const view = new DataView(this.#bench.memory.bytes.buffer);
    return type === 'element' ? view.getInt8(address) : view.getInt32(address, true);
  }

  /** Every value that the operation got wrong. */
  mistakes(operation: Operation): readonly Mismatch[] {
    return checkOperation(operation, this, DEFAULT_GEOMETRY, NUMERICS, Number.POSITIVE_INFINITY).mismatches;
  }
}

const NUMERICS = createNumerics(DEFAULT_ACCELERATOR);
