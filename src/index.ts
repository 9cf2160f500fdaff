/**
 * The public API. Sources become programs (`assemble`, `readElf`), layers become a configuration (`resolveConfig`), both
 * become a machine (`createMachine`) that loads, runs, and shows its memory. docs/library.md is the tour.
 */
export { type AcceleratorConfig, DEFAULT_ACCELERATOR } from './accel/config.ts';
export { type Expansion, expandLoop, type PrimitiveCommand } from './accel/expansion.ts';
export {
  type AssembleOptions,
  assemble,
  assembleObject,
  listSource,
  type Program,
  type SourceFile,
} from './assembler/assemble.ts';
export { type LinkInput, type LinkOptions, linkObjects } from './assembler/link.ts';
export { CommandNames } from './disassembler/command-text.ts';
export { disassembleFile, type ListingAdditions } from './disassembler/disassemble.ts';
export { type LineTable, readLineTable, type SourceLine } from './elf/dwarf-lines.ts';
export type { ElfFile, ElfSection, ElfSegment, ElfSymbol } from './elf/format.ts';
export { readElf } from './elf/read.ts';
export { SymbolIndex } from './elf/symbols.ts';
export { type ElfContents, writeElf } from './elf/write.ts';
export { explain } from './explain/explain.ts';
export type { GuestFault } from './hart/coprocessor.ts';
export { createMachine, type MachineOptions } from './machine/build.ts';
export { CapturedHost, type CapturedHostOptions } from './machine/captured-host.ts';
export { formatConfigFile, parseConfigFile } from './machine/config/config-file.ts';
export { exportGemminiParams } from './machine/config/gemmini-params-export.ts';
export { importGemminiParams } from './machine/config/gemmini-params-import.ts';
export { findPreset, PRESETS, type Preset } from './machine/config/presets.ts';
export { type ConfigLayer, type EffectiveConfig, parseAssignment, resolveConfig } from './machine/config/resolve.ts';
export { DEFAULT_MACHINE, type MachineConfig, PARAMETERS } from './machine/config/schema.ts';
export type { GuestRam } from './machine/guest-ram.ts';
export type { Console, HostCalls } from './machine/host-calls.ts';
export type { HartPosition, Machine, RunOutcome, Tile } from './machine/machine.ts';
export { type CheckResult, checkOperation, type Mismatch, type TensorMemory } from './runtime/check.ts';
export { type ConvShape, convShape } from './runtime/conv-shape.ts';
export { type Geometry, geometryOf } from './runtime/geometry.ts';
export { type PlanReport, reportPlan } from './runtime/layer-report.ts';
export { type Network, parseNetwork } from './runtime/network.ts';
export { buildNetwork, type NetworkOptions, type NetworkProgram } from './runtime/network-program.ts';
export { inferShapes, type ShapedLayer, totalMacs, totalParameters } from './runtime/network-shapes.ts';
export { type NpyArray, readNpy, writeNpy } from './runtime/npy.ts';
export { libraryPlanner, type Operation, type OperationPlan, type Planner } from './runtime/operation.ts';
export { type Timer, timerOf } from './runtime/plan-timing.ts';
export type { Program as LayerProgram, ProgramTarget } from './runtime/program.ts';
export { type ProgramRun, programTarget, runProgram } from './runtime/run.ts';
export { type SearchResult, searchPlan, searchPlanner } from './runtime/search.ts';
export {
  buildConv,
  buildGemm,
  type ConvRequest,
  type GemmRequest,
  type SingleProgram,
} from './runtime/single-operation.ts';
export { type Diagnostic, formatDiagnostic, type Span } from './support/diagnostics.ts';
export type { Result } from './support/result.ts';
export { DEFAULT_TIMING, type TimingConfig } from './timing/config.ts';
export type { TimingReport } from './timing/report.ts';
