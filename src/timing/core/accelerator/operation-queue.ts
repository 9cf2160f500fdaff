import type { Cycles } from '../cycles.ts';
import { type Fixed, fixed, type i32 } from '../portable.ts';
import type { Operation } from './operation.ts';
import { ringSize } from './ring-size.ts';

/** Operations in the order in which they came, each with a time. */
export class OperationQueue {
  length: i32 = 0;
  private readonly operations: Fixed<Operation>;
  private readonly times: Float64Array;
  private readonly mask: i32;
  private head: i32 = 0;

  /** @param capacity most operations at a time */
  constructor(capacity: i32) {
    const size = ringSize(capacity);
    this.operations = fixed<Operation>(size);
    this.times = new Float64Array(size);
    this.mask = size - 1;
  }

  /** The oldest; there is one. */
  first(): Operation {
    return this.operations[this.head]!;
  }

  firstTime(): Cycles {
    return this.times[this.head]!;
  }

  push(operation: Operation, time: Cycles): void {
    const index = (this.head + this.length++) & this.mask;
    this.operations[index] = operation;
    this.times[index] = time;
  }

  shift(): void {
    this.head = (this.head + 1) & this.mask;
    this.length--;
  }
}
