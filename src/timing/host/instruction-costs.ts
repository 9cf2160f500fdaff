import type { TracedInstruction } from '../../hart/host-trace.ts';
import { type InstructionName, instruction } from '../../isa/rv64.ts';
import type { TimingConfig } from '../config.ts';

/** What the pipeline does with an instruction beyond computing. */
export type PipelineUnit =
  | 'alu'
  | 'load'
  | 'store'
  | 'atomic'
  | 'mul'
  | 'div'
  | 'float'
  | 'float-divide'
  | 'branch'
  | 'jump'
  | 'jump-register'
  | 'flush'
  | 'fence'
  | 'fence.i'
  | 'custom';

/** An instruction as the pipeline sees it. Registers 0–31 are integer, 32–63 float; 0 is none. */
export interface PipelineInstruction {
  readonly name: InstructionName;
  readonly unit: PipelineUnit;
  /** Cycles from its issue to that of a consumer. */
  readonly latency: number;
  readonly target: number;
  readonly sources: readonly number[];
  /** Does it take the write port of the integer registers in write-back? x0 is written, too. */
  readonly takesWritePort: boolean;
  /** Bytes of a memory access. */
  readonly bytes: number;
  readonly length: number;
  /** Words of operands that a trace record has for it. */
  readonly operandWords: 0 | 2 | 4;
}

const FLOAT_REGISTERS = 32;
/** x1 and x5 hold return addresses. */
export const isLink = (register: number): boolean => register === 1 || register === 5;

export function pipelineInstruction(
  traced: TracedInstruction,
  operandWords: 0 | 2 | 4,
  host: TimingConfig['host'],
): PipelineInstruction {
  const { name } = traced;
  const text = instruction(name).operands.join(' ');
  const register = (field: 'rd' | 'rs1' | 'rs2' | 'rs3', number: number): number => {
    const isFloat = new RegExp(`\\bf${field.slice(1)}\\b`).test(text);
    const isUsed = isFloat || new RegExp(`\\b${field}\\b`).test(text) || /^custom/.test(name);
    return isUsed ? number + (isFloat ? FLOAT_REGISTERS : 0) : 0;
  };
  const unit = unitOf(traced);
  const target = register('rd', traced.rd);
  return {
    name,
    unit,
    latency: latencyOf(name, unit, host),
    target,
    takesWritePort: unit === 'custom' ? target > 0 : /\brd\b/.test(text),
    sources: [register('rs1', traced.rs1), register('rs2', traced.rs2), register('rs3', traced.rs3)].filter(
      (r) => r > 0,
    ),
    bytes: accessBytes(name),
    length: traced.length,
    operandWords,
  };
}

function unitOf({ name, rs1, imm }: TracedInstruction): PipelineUnit {
  if (/^(l[bhwd]u?|fl[wdh]|lr\.[wd])$/.test(name)) return 'load';
  if (/^(s[bhwd]|fs[wdh])$/.test(name)) return 'store';
  if (/^(amo\w+|sc)\.[wd]$/.test(name)) return 'atomic';
  if (/^mul/.test(name)) return 'mul';
  if (/^(div|rem)/.test(name)) return 'div';
  if (/^(fdiv|fsqrt)\./.test(name)) return 'float-divide';
  if (/^b(eq|ne|lt|ge)u?$/.test(name)) return 'branch';
  if (name === 'jal') return 'jump';
  if (name === 'jalr') return 'jump-register';
  if (name === 'fence') return 'fence';
  if (name === 'fence.i') return 'fence.i';
  if (/^custom/.test(name)) return 'custom';
  if (/^csrr/.test(name)) return writesCsr(name, rs1, imm) ? 'flush' : 'alu';
  if (/^(ecall|ebreak|mret|sret|wfi|sfence\.vma)$/.test(name)) return 'flush';
  return /^f/.test(name) ? 'float' : 'alu';
}

/** csrrs and csrrc with x0 or 0 only read. Scratch and trap registers are written without a flush. */
function writesCsr(name: InstructionName, rs1: number, csr: number): boolean {
  const isWrite = /^csrrwi?$/.test(name) || rs1 !== 0;
  const low = csr & 0xff;
  return isWrite && !(low >= 0x40 && low <= 0x43);
}

function latencyOf(name: InstructionName, unit: PipelineUnit, host: TimingConfig['host']): number {
  if (unit === 'load') {
    if (/^fl/.test(name)) return host.floatLoad;
    return /^l[bh]/.test(name) ? host.subwordLoadUse : host.loadUse;
  }
  if (unit === 'atomic') return /^sc/.test(name) ? host.amo + 1 : host.amo;
  if (/^csrr/.test(name)) return host.csrRead;
  if (unit !== 'float') return 1;
  if (/^(fcvt\.[wl]u?\.|fmv\.x\.|feq|flt|fle|fclass)/.test(name)) return host.floatToInteger;
  if (/^(fcvt|fmv|fsgnj|fmin|fmax)/.test(name)) return host.floatMove;
  return /\.d$/.test(name) ? host.floatDouble : host.floatSingle;
}

const WIDTHS: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, d: 8 };

function accessBytes(name: InstructionName): number {
  const match = /^(?:f?[ls]|(?:amo\w+|lr|sc)\.)([bhwd])u?$/.exec(name);
  return match === null ? 0 : WIDTHS[match[1]!]!;
}
