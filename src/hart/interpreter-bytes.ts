import { writeInterpreter } from './interpreter.ts';

/**
 * The interpreter's module, plain or with the host trace. Writing it takes longer than running a short program: the build puts the bytes that this
 * function returns in place of this file (scripts/build.mjs).
 */
export const interpreterBytes = (observes: boolean): Uint8Array<ArrayBuffer> => writeInterpreter(observes);
