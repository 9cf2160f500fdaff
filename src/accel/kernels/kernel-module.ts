import { ModuleWriter } from '../../wasm/module-writer.ts';
import { type AcceleratorConfig, elementBytes } from '../config.ts';
import type { AcceleratorMemory } from '../dram.ts';
import type { AcceleratorLayout } from '../layout.ts';
import { emitArrayKernels } from './array-kernels.ts';
import { type KernelLayout, layOutKernels } from './kernel-layout.ts';
import { emitMoveKernels } from './move-kernels.ts';
import { emitRowAccess, LOAD_ACCESS, NOT_LOCATED } from './row-access.ts';

/** Parameters of the kernels are documented where their code is written. Addresses are bytes in linear memory. */
export interface Kernels {
  readonly moveInElements: MoveInKernel;
  readonly moveInScaled: MoveInKernel;
  readonly moveInWords: MoveInKernel;
  readonly moveInWidened: MoveInKernel;
  readonly moveOutElements: MoveOutKernel;
  readonly moveOutWords: MoveOutKernel;
  readonly moveOutScaled: MoveOutKernel;
  moveInPixels(
    vaddr: number,
    stride: number,
    local: number,
    rows: number,
    cols: number,
    repeats: number,
    firstRow: number,
  ): number;
  clear(to: number, stride: number, rows: number, bytes: number): void;
  pack(from: number, rows: number, cols: number, isTransposed: number): void;
  multiply(
    a: number,
    stride: number,
    rows: number,
    cols: number,
    isTransposed: number,
    out: number,
    outStride: number,
    outRows: number,
    outCols: number,
    accumulates: number,
  ): void;
  seed(from: number, rows: number, cols: number, to: number): void;
  writeAccumulator(from: number, out: number, outStride: number, rows: number, cols: number, accumulates: number): void;
  writeScratchpad(
    from: number,
    out: number,
    outStride: number,
    rows: number,
    cols: number,
    shift: number,
    isRelu: number,
  ): void;
}

/** (vaddr, row stride, local, rows, cols, bytes between column blocks, scale, accumulates) → rows done */
type MoveInKernel = (
  vaddr: number,
  stride: number,
  local: number,
  rows: number,
  cols: number,
  blockBytes: number,
  scale: number,
  accumulates: number,
) => number;

/** (vaddr, row stride, local, rows, cols, scale, relu) → rows done */
type MoveOutKernel = (
  vaddr: number,
  stride: number,
  local: number,
  rows: number,
  cols: number,
  scale: number,
  isRelu: number,
) => number;

/** Can the kernels serve this configuration? Others run on the reference. */
export const hasKernels = (config: AcceleratorConfig): boolean =>
  config.accumulatorType === 'int32' && config.dim * elementBytes(config) >= 16;

const MAX_PAGES = 65536;

/** The generated module, as bytes. */
export function writeKernelModule(config: AcceleratorConfig, local: AcceleratorLayout): Uint8Array<ArrayBuffer> {
  const writer = new ModuleWriter();
  writer.importMemory('host', 'memory', 0, MAX_PAGES);
  const translate = writer.importFunction('host', 'translate', { parameters: ['i64', 'i32'], result: 'i32' });
  const context = { writer, config, local, scratch: kernelLayoutAt(config, local) };
  const rows = emitRowAccess(context, translate);
  emitMoveKernels(context, rows);
  emitArrayKernels(context);
  return writer.finish();
}

/** Compiles the kernels of a configuration and ties them to the memory. */
export function instantiateKernels(
  config: AcceleratorConfig,
  memory: AcceleratorMemory,
  local: AcceleratorLayout,
): Kernels {
  const translate = (page: bigint, access: number): number => {
    const found = memory.locate(BigInt.asUintN(64, page), access === LOAD_ACCESS ? 'load' : 'store');
    return typeof found === 'number' ? found : NOT_LOCATED;
  };
  const module = new WebAssembly.Module(writeKernelModule(config, local));
  const instance = new WebAssembly.Instance(module, { host: { memory: memory.memory, translate } });
  return instance.exports as unknown as Kernels;
}

/** The kernels' working memory as offsets in linear memory. */
export function kernelLayoutAt(config: AcceleratorConfig, local: AcceleratorLayout): KernelLayout {
  const { bytes, ...offsets } = layOutKernels(config);
  const placed = Object.entries(offsets).map(([name, offset]) => [name, offset + local.kernels]);
  return { ...(Object.fromEntries(placed) as typeof offsets), bytes };
}
