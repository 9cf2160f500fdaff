import { type Command, type CommandName, commandsOf } from '../isa/accelerator.ts';
import { COMMAND_EXECUTORS } from './commands.ts';
import { type AcceleratorConfig, checkAcceleratorConfig } from './config.ts';
import type { ConvolutionToggles } from './conv-geometry.ts';
import { CommandCounterSource, type CounterSource, CounterUnit } from './counters.ts';
import type { AcceleratorMemory } from './dram.ts';
import { createFastestPrimitives } from './fastest-primitives.ts';
import { ACCELERATOR_FAULTS, type AcceleratorFaultId, type Stop } from './faults.ts';
import { createLoopConvRegisters, sizeWriter } from './loop-conv-registers.ts';
import { createLoopWsRegisters } from './loop-ws.ts';
import { OperandBuffer } from './operands.ts';
import type { Primitives } from './primitives.ts';
import { AcceleratorState } from './state.ts';

/** A command at the moment it executes. */
export interface AcceleratorCommand {
  readonly funct7: number;
  /** Unsigned 64-bit operands. */
  readonly rs1: bigint;
  readonly rs2: bigint;
  /** Address of the instruction, for messages. */
  readonly pc: bigint;
}

export type AcceleratorOutcome =
  /** `result` is what a destination register gets: 0 for all commands but `counter`. */
  | { readonly kind: 'done'; readonly result: bigint }
  | { readonly kind: 'trap'; readonly cause: number; readonly tval: bigint }
  | { readonly kind: 'fault'; readonly fault: AcceleratorFault };

/** Something that no architecture answers: the run ends here. */
export interface AcceleratorFault {
  readonly id: AcceleratorFaultId;
  /** What was found and which limit it met, the command with its operands, and the pc. */
  readonly message: string;
  readonly hint: string;
  /** Exit status of the reference simulator. */
  readonly exitStatus: number;
}

export const ILLEGAL_INSTRUCTION = 2;

const DONE: AcceleratorOutcome = { kind: 'done', result: 0n };
const ILLEGAL: AcceleratorOutcome = { kind: 'trap', cause: ILLEGAL_INSTRUCTION, tval: 0n };

/** The functional accelerator: executes every command to its end, in program order, at once. */
export class Accelerator {
  readonly state: AcceleratorState;
  readonly loopWs = createLoopWsRegisters();
  readonly loopConv = createLoopConvRegisters();
  readonly toggles: ConvolutionToggles = { biasRow: 0, outputRow: 0 };
  readonly counters: CounterUnit;
  /** Operands of the command that executes. */
  readonly operands = new OperandBuffer();
  readonly #createPrimitives: (state: AcceleratorState) => Primitives;
  #primitives: Primitives | undefined;
  readonly #commandCounter = new CommandCounterSource();
  /** Commands by funct7 · 4 + rs1[1:0]. */
  readonly #sizeWriters: ReadonlyMap<CommandName, ReturnType<typeof sizeWriter>>;
  readonly #commands: readonly (Command | undefined)[];

  /**
   * @param base   byte offset in linear memory where the local memories start (see `layOutAccelerator`)
   * @param source where counter values come from, which the RTL's counters then show; without one, every command counts
   *   as a constant
   * @param createPrimitives what executes primitive commands; the default uses generated kernels
   * @throws when `checkAcceleratorConfig` refuses the configuration
   */
  constructor(
    config: AcceleratorConfig,
    memory: AcceleratorMemory,
    base: number,
    source?: CounterSource,
    createPrimitives: (state: AcceleratorState) => Primitives = createFastestPrimitives,
  ) {
    const problem = checkAcceleratorConfig(config)[0];
    if (problem !== undefined) throw new RangeError(problem.message);
    this.state = new AcceleratorState(config, memory, base);
    this.#createPrimitives = createPrimitives;
    this.counters = new CounterUnit(
      source ?? this.#commandCounter,
      source !== undefined || config.rtlBehaviours.includes('counter-read-first'),
    );
    this.#commands = indexCommands(config);
    this.#sizeWriters = new Map(
      commandsOf(config.isaRevision)
        .filter(({ name }) => SIZE_COMMANDS.includes(name))
        .map(({ name, rs1, rs2 }) => [name, sizeWriter(rs1, rs2)]),
    );
  }

  /** What executes primitive commands. Made for the first command: writing kernels takes longer than a short program. */
  get primitives(): Primitives {
    this.#primitives ??= this.#createPrimitives(this.state);
    return this.#primitives;
  }

  execute(command: AcceleratorCommand): AcceleratorOutcome {
    const { funct7, rs1, rs2 } = command;
    this.operands.set(rs1, rs2);
    const row = this.#commands[funct7 * 4 + (this.operands.words[0]! & 0b11)];
    this.#commandCounter.commandStarts();
    this.primitives.beginCommand();
    if (row === undefined) return ILLEGAL;
    const outcome = COMMAND_EXECUTORS[row.name](this, rs1, rs2) ?? this.primitives.endCommand();
    if (typeof outcome === 'object')
      return outcome.kind === 'trap' ? outcome : { kind: 'fault', fault: describeFault(outcome, row.name, command) };
    this.#updateBusy(row.name);
    return outcome === undefined ? DONE : { kind: 'done', result: BigInt(outcome) };
  }

  /** A loop_conv_ws configuration command sets the sizes that its fields name in the ISA revision in force. */
  writeSizes(name: CommandName): undefined {
    this.#sizeWriters.get(name)?.(this.operands.words, this.loopConv);
  }

  #updateBusy(name: CommandName): void {
    if (name === 'counter') {
      if (this.operands.words[0]! & 1) this.#commandCounter.setBusy(false);
    } else {
      this.#commandCounter.setBusy(name !== 'flush');
    }
  }
}

const SIZE_COMMANDS: readonly CommandName[] = [
  'loop_conv_ws.config_1',
  'loop_conv_ws.config_2',
  'loop_conv_ws.config_3',
  'loop_conv_ws.config_4',
];

/** What the functional model does not implement is an illegal instruction. */
function indexCommands(config: AcceleratorConfig): readonly (Command | undefined)[] {
  const index: (Command | undefined)[] = new Array(128 * 4).fill(undefined);
  for (const command of commandsOf(config.isaRevision)) {
    if (command.support === 'rtl') continue;
    const variant = command.rs1.find(({ fixed }) => fixed !== undefined)?.fixed;
    for (let low = 0; low < 4; low++)
      if (variant === undefined || variant === low) index[command.funct * 4 + low] = command;
  }
  return index;
}

const hex = (x: bigint): string => `0x${x.toString(16)}`;

function describeFault(
  stop: Stop & { kind: 'fault' },
  name: CommandName,
  { rs1, rs2, pc }: AcceleratorCommand,
): AcceleratorFault {
  const { cause, hint, exitStatus } = ACCELERATOR_FAULTS[stop.id];
  const message = `${cause}: ${stop.found} (${name} at pc ${hex(pc)}, rs1 = ${hex(rs1)}, rs2 = ${hex(rs2)})`;
  return { id: stop.id, message, hint, exitStatus };
}
