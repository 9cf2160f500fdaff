/**
 * The timing core is written in the part of TypeScript that AssemblyScript compiles to WebAssembly, too. These are
 * AssemblyScript's own types and conversions for the TypeScript compiler, and what the two languages say differently:
 * `scripts/timing-core.mjs` has AssemblyScript's version of that.
 */
export type i32 = number;
export type f64 = number;
export type bool = boolean;

/** Cuts the fraction off. */
export const i32 = (value: number): number => value | 0;

/** The low 32 bits of a whole number of up to 53 bits. */
export const low32 = (value: number): number => value | 0;

/** The number of the lowest bit that is set; there is one. */
export const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);

/** Which of six whole numbers is the least, counted from 0; the first of equal ones. */
export const earliestOf = (...times: readonly [f64, f64, f64, f64, f64, f64]): i32 => times.indexOf(Math.min(...times));

/** So many objects, each of which is put in before it is read: an array whose length does not change. */
export type Fixed<T> = T[];
export const fixed = <T>(length: number): Fixed<T> => new Array<T>(length);

/** Where an object's fields, or an array's elements, lie in the core's memory: there only. */
export declare function addressOf(object: object): i32;
export declare function addressOfElements(array: Float64Array | Int32Array): i32;
