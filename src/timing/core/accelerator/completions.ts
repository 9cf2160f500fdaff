import { type Cycles, NEVER } from '../cycles.ts';
import { type Fixed, fixed, type i32 } from '../portable.ts';
import type { Operation } from './operation.ts';

/** Completions of one class that are still to take effect, the earliest first: a ring. */
export class Completions {
  /** When the first takes effect, NEVER without one. */
  first: Cycles = NEVER;
  private readonly operations: Fixed<Operation>;
  private readonly times: Float64Array;
  private readonly mask: i32;
  private head: i32 = 0;
  private count: i32 = 0;

  constructor(capacity: i32) {
    let size: i32 = 1;
    while (size < capacity) size *= 2;
    this.operations = fixed<Operation>(size);
    this.times = new Float64Array(size);
    this.mask = size - 1;
  }

  insert(operation: Operation, at: Cycles): void {
    const operations = this.operations;
    const times = this.times;
    const mask = this.mask;
    let place = this.head + this.count++;
    for (; place > this.head; place--) {
      const before = (place - 1) & mask;
      if (times[before]! <= at) break;
      operations[place & mask] = operations[before]!;
      times[place & mask] = times[before]!;
    }
    operations[place & mask] = operation;
    times[place & mask] = at;
    this.first = times[this.head]!;
  }

  shift(): Operation {
    const operation = this.operations[this.head]!;
    this.head = (this.head + 1) & this.mask;
    this.count--;
    this.first = this.count === 0 ? NEVER : this.times[this.head]!;
    return operation;
  }
}
