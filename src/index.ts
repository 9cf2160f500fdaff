export { type AssembleOptions, assemble, assembleObject, type Program, type SourceFile } from './assembler/assemble.ts';
export { DEFAULT_BASE, type LinkInput, type LinkOptions, linkObjects } from './assembler/link.ts';
export { SeededRandom } from './support/random.ts';
