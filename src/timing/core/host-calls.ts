/**
 * What the core asks of the model outside: data caches, page tables and the expansion of convolution loops are there.
 * In WebAssembly these are imports of the module "host-calls".
 */
import type { bool, f64, i32 } from './portable.ts';

/**
 * The L2 takes the line at `paddr` away from the data cache of a client, or its exclusiveness.
 * @returns what was there: NOT_HELD, HELD_CLEAN or HELD_DIRTY
 */
export declare function probe(client: i32, paddr: f64, takeAway: bool): i32;

/** @returns physical address of the 4 KiB page of `vaddr`; -1 when there is none */
export declare function translate(tile: i32, vaddr: f64): f64;

/** @returns 4 KiB pages in the page of `vaddr`: 1, 512 or 512² */
export declare function pagesOf(tile: i32, vaddr: f64): i32;

/** @returns when the accelerator can use the translation that was missed at `at` */
export declare function walk(tile: i32, at: f64, vaddr: f64): f64;

/** Fills the lists of a slot of the convolution unroller with the operations of the loop that was given as number `run`. */
export declare function expandConvolution(tile: i32, run: f64, slot: i32): void;
