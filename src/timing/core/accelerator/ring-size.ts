import type { i32 } from '../portable.ts';

/** Places of a ring for so many things: a power of two, so that a mask finds the place. */
export function ringSize(capacity: i32): i32 {
  let size: i32 = 1;
  while (size < capacity) size *= 2;
  return size;
}
