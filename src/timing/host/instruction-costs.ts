import { observedWords, type TracedInstruction } from '../../hart/host-trace.ts';
import { type InstructionName, instruction } from '../../isa/rv64.ts';
import type { TimingConfig } from '../config.ts';
import type { Cycles } from '../core/cycles.ts';
import { floatDivideLatency, floatDivisionOf } from './float-divider.ts';
import { divideLatency, divisionOf, multiplyLatency } from './multiplier.ts';

/** What the pipeline does with an instruction beyond computing; numbers, because it asks for each one issued. */
export const UNIT = {
  alu: 0,
  load: 1,
  store: 2,
  atomic: 3,
  mul: 4,
  div: 5,
  float: 6,
  'float-divide': 7,
  branch: 8,
  jump: 9,
  'jump-register': 10,
  flush: 11,
  'fence.i': 12,
  'sfence.vma': 13,
  custom: 14,
} as const;
type Unit = keyof typeof UNIT;

/** Latency of an iterative unit for the operands at an index of the trace. */
type OperandLatency = (words: Int32Array, at: number) => Cycles;

/** An instruction as the pipeline sees it. */
export interface PipelineInstruction {
  readonly unit: (typeof UNIT)[Unit];
  /** Is it a load, store or atomic access? Does it need the multiplier or the float unit? */
  readonly isAccess: boolean;
  readonly needsUnit: boolean;
  /** Cycles from its issue to that of a consumer. */
  readonly latency: Cycles;
  /** Of multiplication and division, which the operands decide. */
  readonly latencyOf: OperandLatency;
  /** Registers 0–31 are integer, 32–63 float; 0 is none. */
  readonly target: number;
  readonly source1: number;
  readonly source2: number;
  readonly source3: number;
  /** Where its result is noted: the target, or a place that no one looks at. */
  readonly result: number;
  /** Does it take the write port of the integer registers in write-back? x0 is written, too. */
  readonly takesWritePort: boolean;
  /** Bytes of a memory access. */
  readonly bytes: number;
  /** Is it of 4 bytes that lie in two packets? */
  readonly isSplit: boolean;
  /** When the one before it in its block has been fetched: does it need the next packet, and does that begin a line? */
  readonly startsPacket: boolean;
  readonly startsLine: boolean;
  /** Words of operands that a trace record has for it. */
  readonly operandWords: 0 | 2 | 4;
}

/** Bytes that fetch brings per cycle. */
export const PACKET = 4;
const FLOAT_REGISTERS = 32;
/** Behind all registers. */
export const NO_REGISTER = 64;
/** x1 and x5 hold return addresses. */
export const isLink = (register: number): boolean => register === 1 || register === 5;

/** What the pipeline makes of a register field: nothing, an integer register, or a float register. */
type RegisterUse = 'none' | 'integer' | 'float';

/** What follows from the name of an instruction. */
interface Profile {
  readonly rd: RegisterUse;
  readonly rs1: RegisterUse;
  readonly rs2: RegisterUse;
  readonly rs3: RegisterUse;
  readonly writesInteger: boolean;
  readonly bytes: number;
  readonly operandWords: 0 | 2 | 4;
}

const profiles = new Map<InstructionName, Profile>();

/** Programs have millions of instructions, and few names. */
function profileOf(name: InstructionName): Profile {
  const known = profiles.get(name);
  if (known !== undefined) return known;
  const text = instruction(name).operands.join(' ');
  const use = (field: 'rd' | 'rs1' | 'rs2' | 'rs3'): RegisterUse => {
    if (new RegExp(`\\bf${field.slice(1)}\\b`).test(text)) return 'float';
    return new RegExp(`\\b${field}\\b`).test(text) || /^custom/.test(name) ? 'integer' : 'none';
  };
  const profile = {
    rd: use('rd'),
    rs1: use('rs1'),
    rs2: use('rs2'),
    rs3: use('rs3'),
    writesInteger: /\brd\b/.test(text),
    bytes: accessBytes(name),
    operandWords: observedWords(name),
  };
  profiles.set(name, profile);
  return profile;
}

const registerOf = (use: RegisterUse, number: number): number =>
  use === 'none' ? 0 : use === 'float' ? number + FLOAT_REGISTERS : number;

/** What has been worked out, by instruction word and place in packet and line. */
const worked = new WeakMap<TimingConfig, Map<number, PipelineInstruction>>();

/** @param pc its address */
export function pipelineInstruction(traced: TracedInstruction, pc: number, config: TimingConfig): PipelineInstruction {
  let known = worked.get(config);
  if (known === undefined) worked.set(config, (known = new Map()));
  const place = placeOf(pc, traced.length, config.cache.lineBytes);
  const key = (traced.word >>> 0) * PLACES + place;
  let instruction = known.get(key);
  if (instruction === undefined) known.set(key, (instruction = workOut(traced, place, config)));
  return instruction;
}

/** Where an instruction is, as bits: does it lie in two packets, start a packet, start a line? */
const SPLIT = 1;
const STARTS_PACKET = 2;
const STARTS_LINE = 4;
const PLACES = 8;

function placeOf(pc: number, length: number, lineBytes: number): number {
  if (pc % PACKET !== 0 && length !== PACKET) return 0;
  const last = pc + length - 1;
  const startsLine = (last - (last % PACKET)) % lineBytes === 0;
  return (pc % PACKET === 0 ? 0 : SPLIT) | STARTS_PACKET | (startsLine ? STARTS_LINE : 0);
}

function workOut(traced: TracedInstruction, place: number, config: TimingConfig): PipelineInstruction {
  const { name } = traced;
  const profile = profileOf(name);
  const unit = unitOf(traced);
  const target = registerOf(profile.rd, traced.rd);
  return {
    unit: UNIT[unit],
    isAccess: unit === 'load' || unit === 'store' || unit === 'atomic',
    needsUnit: unit === 'mul' || unit === 'div' || unit === 'float' || unit === 'float-divide',
    latency: latencyOf(name, unit, config.host),
    latencyOf: operandLatency(name, unit),
    target,
    source1: registerOf(profile.rs1, traced.rs1),
    source2: registerOf(profile.rs2, traced.rs2),
    source3: registerOf(profile.rs3, traced.rs3),
    result: target > 0 ? target : NO_REGISTER,
    takesWritePort: unit === 'custom' ? target > 0 : profile.writesInteger,
    bytes: profile.bytes,
    isSplit: (place & SPLIT) !== 0,
    startsPacket: (place & STARTS_PACKET) !== 0,
    startsLine: (place & STARTS_LINE) !== 0,
    operandWords: profile.operandWords,
  };
}

function unitOf({ name, rs1, imm }: TracedInstruction): Unit {
  if (/^(l[bhwd]u?|fl[wdh]|lr\.[wd])$/.test(name)) return 'load';
  if (/^(s[bhwd]|fs[wdh])$/.test(name)) return 'store';
  if (/^(amo\w+|sc)\.[wd]$/.test(name)) return 'atomic';
  if (/^mul/.test(name)) return 'mul';
  if (/^(div|rem)/.test(name)) return 'div';
  if (/^(fdiv|fsqrt)\./.test(name)) return 'float-divide';
  if (/^b(eq|ne|lt|ge)u?$/.test(name)) return 'branch';
  if (name === 'jal') return 'jump';
  if (name === 'jalr') return 'jump-register';
  if (name === 'fence.i' || name === 'sfence.vma') return name;
  if (name === 'fence') return 'alu';
  if (/^custom/.test(name)) return 'custom';
  if (/^csrr/.test(name)) return writesCsr(name, rs1, imm) ? 'flush' : 'alu';
  if (/^(ecall|ebreak|mret|sret|wfi)$/.test(name)) return 'flush';
  return /^f/.test(name) ? 'float' : 'alu';
}

/** csrrs and csrrc with x0 or 0 only read. Scratch and trap registers are written without a flush. */
function writesCsr(name: InstructionName, rs1: number, csr: number): boolean {
  const isWrite = /^csrrwi?$/.test(name) || rs1 !== 0;
  const low = csr & 0xff;
  return isWrite && !(low >= 0x40 && low <= 0x43);
}

function latencyOf(name: InstructionName, unit: Unit, host: TimingConfig['host']): number {
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

function operandLatency(name: InstructionName, unit: Unit): OperandLatency {
  switch (unit) {
    case 'mul':
      return (words, at) => multiplyLatency(name, words[at]! >>> 0, words[at + 1]! >>> 0);
    case 'div': {
      const division = divisionOf(name);
      return (words, at) => divideLatency(division, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
    }
    case 'float-divide': {
      const division = floatDivisionOf(name);
      return (words, at) => floatDivideLatency(division, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
    }
    default:
      return () => 0;
  }
}

const WIDTHS: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, d: 8 };

function accessBytes(name: InstructionName): number {
  const match = /^(?:f?[ls]|(?:amo\w+|lr|sc)\.)([bhwd])u?$/.exec(name);
  return match === null ? 0 : WIDTHS[match[1]!]!;
}
