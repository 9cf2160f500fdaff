/** A machine that can be loaded and run: tiles that take turns, and between turns the host and the timer. */
import type { Accelerator } from '../accel/accelerator.ts';
import { type LineTable, readLineTable } from '../elf/dwarf-lines.ts';
import type { ElfFile } from '../elf/format.ts';
import { SymbolIndex } from '../elf/symbols.ts';
import { CommitLog } from '../hart/commit-log.ts';
import type { GuestFault } from '../hart/coprocessor.ts';
import type { GuestMemory } from '../hart/guest-memory.ts';
import type { Hart } from '../hart/hart.ts';
import { PRIVILEGE } from '../hart/hart-state.ts';
import { Scheduler } from '../hart/scheduler.ts';
import type { Diagnostic } from '../support/diagnostics.ts';
import { type Result, succeed } from '../support/result.ts';
import type { Recorder } from '../timing/records/recording.ts';
import type { TimingReport } from '../timing/report.ts';
import type { TimingModel } from '../timing/timing-model.ts';
import { BOOT_ROM } from './address-map.ts';
import { bootRom } from './boot-rom.ts';
import { type Clint, SOFTWARE_INTERRUPT, TIMER_INTERRUPT } from './clint.ts';
import type { MachineConfig } from './config/schema.ts';
import { GuestRam } from './guest-ram.ts';
import type { HostCalls } from './host-calls.ts';
import { Htif, type HtifEvent } from './htif.ts';
import { loadProgram } from './load.ts';

/** One hart with its accelerator. */
export interface Tile {
  readonly hart: Hart;
  readonly accelerator: Accelerator;
}

export interface MachineParts {
  readonly config: MachineConfig;
  readonly memory: GuestMemory;
  readonly tiles: readonly Tile[];
  readonly clint: Clint;
  readonly hostCalls: HostCalls;
  /** The timing model, when it follows the run. */
  readonly timing: TimingModel | undefined;
  /** The same model, when it records what it is told. */
  readonly recorder: Recorder | undefined;
}

export type RunOutcome =
  /** The guest asked for the end, with this exit code. */
  | { readonly kind: 'exit'; readonly code: bigint }
  /** A hart or device met something that no architecture answers. */
  | { readonly kind: 'fault'; readonly fault: GuestFault; readonly hart: number }
  /** The instructions that were allowed are used up; the run can go on. */
  | { readonly kind: 'limit' }
  /** Every hart waits for an interrupt that nothing will raise. */
  | { readonly kind: 'stalled' }
  /** The trap handler itself traps before its first instruction retires, for ever. */
  | { readonly kind: 'trapped'; readonly hart: number; readonly cause: number; readonly tval: bigint };

/** Where a hart is and what it does there. */
export interface HartPosition {
  readonly hart: number;
  readonly pc: bigint;
  /** `symbol+0x10`, when the program has symbols. */
  readonly symbol: string | undefined;
  /** `file:line`, when the program has line information that can be read. */
  readonly source: string | undefined;
  readonly privilege: 'user' | 'supervisor' | 'machine';
  /** What a waiting hart waits for; nothing while it executes. */
  readonly waitsFor: string | undefined;
}

const PRIVILEGE_NAMES = ['user', 'supervisor', 'user', 'machine'] as const;

export class Machine {
  readonly config: MachineConfig;
  readonly memory: GuestMemory;
  readonly ram: GuestRam;
  readonly tiles: readonly Tile[];
  /** The timing model, when it follows the run. */
  readonly timing: TimingModel | undefined;
  /** Symbols of the program that was loaded. */
  symbols = new SymbolIndex([]);
  #program: ElfFile | undefined;
  #lines: Result<LineTable, Diagnostic> | undefined;
  readonly #clint: Clint;
  readonly #recorder: Recorder | undefined;
  readonly #hostCalls: HostCalls;
  #htif: Htif | undefined;
  readonly #scheduler: Scheduler;
  #retired = 0;
  /** Why the host ended the run. */
  #event: HtifEvent | undefined;

  constructor({ config, memory, tiles, clint, hostCalls, timing, recorder }: MachineParts) {
    this.timing = timing;
    this.#recorder = recorder;
    if (timing !== undefined) timing.functionAt = (addr) => this.#functionAt(addr);
    this.config = config;
    this.memory = memory;
    this.tiles = tiles;
    this.#clint = clint;
    this.#hostCalls = hostCalls;
    const { base, size } = config.memory;
    this.ram = new GuestRam(memory, { base, bytes: size });
    this.#scheduler = new Scheduler(
      tiles.map(({ hart }) => hart),
      { tick: (ticks) => clint.advance(ticks), poll: () => this.#poll() },
    );
  }

  /** Instructions retired by all harts since the program was loaded. */
  get retired(): number {
    return this.#retired;
  }

  /** Puts a program into memory and every hart at the boot ROM, which jumps to it. */
  load(elf: ElfFile): Result<void, Diagnostic> {
    const entry = loadProgram(elf, this.ram);
    if (!entry.ok) return entry;
    this.symbols = new SymbolIndex(elf.symbols);
    this.#program = elf;
    this.#lines = undefined;
    const tohost = this.#hostWord('tohost');
    const fromhost = this.#hostWord('fromhost');
    this.#htif = undefined;
    if (tohost !== undefined && fromhost !== undefined) {
      this.#htif = new Htif(this.ram, tohost, fromhost, this.#hostCalls);
      this.timing?.setHostWords({ tohost: Number(tohost), fromhost: Number(fromhost) });
    }
    const rom = bootRom(this.config, entry.value);
    const at = this.memory.locate(BOOT_ROM.base, rom.length)!;
    this.memory.bytes.set(rom, at);
    for (const { hart } of this.tiles) hart.reset(BigInt(BOOT_ROM.base));
    this.#clint.driveAgain();
    return succeed(undefined);
  }

  /** Has the program words through which it can print and exit? */
  get hasHost(): boolean {
    return this.#htif !== undefined;
  }

  #hostWord(name: string): bigint | undefined {
    const symbol = this.symbols.byName(name);
    return symbol !== undefined && this.ram.contains(symbol.value, 8n) ? symbol.value : undefined;
  }

  /**
   * Runs until the program ends or `instructions` have retired, exactly.
   * A run in several parts gives the same states as one in one part.
   */
  run(instructions = Number.MAX_SAFE_INTEGER): RunOutcome {
    const { end, retired } = this.#scheduler.run(instructions);
    this.#retired += retired;
    switch (end.kind) {
      case 'limit':
        return end;
      case 'idle':
        return { kind: 'stalled' };
      case 'fault':
        return { kind: 'fault', fault: end.fault, hart: end.hart.hartId };
      case 'trapped':
        return trapOf(end.hart);
      case 'stopped':
        if (this.#event!.kind === 'exit') this.timing?.endAtHostCommand();
        // The host has no place in the program; the first hart's is the best that can be said.
        return this.#event!.kind === 'exit' ? this.#event! : { ...this.#event!, hart: 0 };
    }
  }

  /**
   * From now on every retired instruction is written as a line of a commit log.
   * @param write takes one line, without its end; nothing ends the log
   */
  logCommits(write: ((line: string) => void) | undefined): void {
    for (const { hart } of this.tiles) hart.logCommits(write === undefined ? undefined : new CommitLog(write));
  }

  /** Ends the recording that `createMachine` began: what is still on its way to the timing model goes in, too. */
  finishRecording(): void {
    for (const { hart } of this.tiles) hart.drainTrace();
    this.#recorder?.finish();
  }

  #poll(): boolean {
    this.#event = this.#htif?.poll();
    return this.#event !== undefined;
  }

  /** Source lines of the program that was loaded, read when first asked for. */
  get lines(): Result<LineTable, Diagnostic> | undefined {
    if (this.#program !== undefined) this.#lines ??= readLineTable(this.#program);
    return this.#lines;
  }

  /** Where a hart is, for reports. */
  position(index: number): HartPosition {
    const { hart } = this.tiles[index]!;
    const { pc, privilege } = hart.state;
    return {
      hart: index,
      pc,
      symbol: this.#isInProgram(pc) ? this.symbols.describe(pc) : undefined,
      source: this.lines?.ok ? this.lines.value.describe(pc) : undefined,
      privilege: PRIVILEGE_NAMES[privilege]!,
      waitsFor: hart.isWaiting ? this.#waitReason(index) : undefined,
    };
  }

  /** What the run cost so far; nothing when no timing model follows it. */
  timingReport(): TimingReport | undefined {
    return this.timing?.report();
  }

  /** The symbol that an address of the program belongs to. */
  #functionAt(addr: bigint): string | undefined {
    return this.#isInProgram(addr) ? this.symbols.at(addr)?.symbol.name : undefined;
  }

  /** Symbols say nothing about addresses at which the program was not linked. */
  #isInProgram(pc: bigint): boolean {
    const segments = this.#program?.segments ?? [];
    return segments.some(({ vaddr, memorySize }) => pc >= vaddr && pc < vaddr + memorySize);
  }

  #waitReason(index: number): string {
    const enabled = this.tiles[index]!.hart.state.csr('mie');
    const reasons = [
      ...(enabled & TIMER_INTERRUPT
        ? [`the timer (mtime is ${this.#clint.time}, mtimecmp ${this.#clint.compare(index)})`]
        : []),
      ...(enabled & SOFTWARE_INTERRUPT ? ['a software interrupt'] : []),
    ];
    return reasons.length > 0
      ? reasons.join(' or ')
      : `an interrupt, but none that can come is enabled (mie = 0x${enabled.toString(16)})`;
  }
}

/** The trap that a hart has just taken. */
function trapOf({ hartId, state }: Hart): RunOutcome {
  const prefix = state.privilege === PRIVILEGE.machine ? 'm' : 's';
  const cause = Number(state.csr(`${prefix}cause`));
  return { kind: 'trapped', hart: hartId, cause, tval: state.csr(`${prefix}tval`) };
}
