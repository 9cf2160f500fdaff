/** What loop commands unroll to, as a list of primitive commands: the same generators as execution, recorded. */
import { type CommandName, commandByName } from '../isa/accelerator.ts';
import { type OperandFieldValues, packOperand } from '../isa/accelerator-fields.ts';
import { Accelerator, type AcceleratorCommand, type AcceleratorFault } from './accelerator.ts';
import type { AcceleratorConfig } from './config.ts';
import type { ConfigWords } from './config-words.ts';
import { layOutAccelerator } from './layout.ts';
import { type DramMatrix, dramAddress, type Primitives } from './primitives.ts';

export interface PrimitiveCommand {
  readonly name: CommandName;
  readonly rs1: bigint;
  readonly rs2: bigint;
}

export interface Expansion {
  readonly commands: readonly PrimitiveCommand[];
  /** Why the expansion ended early. */
  readonly fault?: AcceleratorFault;
}

const WASM_PAGE_BYTES = 0x1_0000;
/** Scale bits before any config_mvout: 1.0. */
const UNIT_SCALE_BITS = 0x3f80_0000;
const CONFIG_COMMANDS = ['config_ex', 'config_mvin', 'config_mvout', 'config_norm'] as const;
const LOAD_COMMANDS = ['mvin', 'mvin2', 'mvin3'] as const;

/** Runs loop commands with their configuration commands, and records the primitive commands that result. */
export function expandLoop(config: AcceleratorConfig, commands: readonly AcceleratorCommand[]): Expansion {
  const recorder = new Recorder();
  const pages = Math.ceil(layOutAccelerator(config, 0).end / WASM_PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages });
  const locate = (): never => {
    throw new Error('an expansion touches no memory');
  };
  const accelerator = new Accelerator(config, { memory, locate, translationEpoch: 0 }, 0, undefined, () => recorder);
  for (const command of commands) {
    const outcome = accelerator.execute(command);
    if (outcome.kind === 'fault') return { commands: recorder.commands, fault: outcome.fault };
  }
  return { commands: recorder.commands };
}

class Recorder implements Primitives {
  readonly commands: PrimitiveCommand[] = [];
  readonly storeScaleBits = UNIT_SCALE_BITS;

  beginCommand(): void {}
  endCommand(): undefined {}
  registersChanged(): void {}

  config({ rs1, rs2 }: ConfigWords): undefined {
    this.commands.push({ name: CONFIG_COMMANDS[Number(rs1 & 3n)]!, rs1, rs2 });
  }

  moveIn(
    state: 0 | 1 | 2,
    source: DramMatrix,
    row: number,
    col: number,
    local: number,
    rows: number,
    cols: number,
  ): undefined {
    this.#record(LOAD_COMMANDS[state], {
      dram_addr: dramAddress(source, row, col),
      ...tile('', local, rows, cols),
    });
  }

  moveOut(target: DramMatrix, row: number, col: number, local: number, rows: number, cols: number): undefined {
    this.#record('mvout', { dram_addr: dramAddress(target, row, col), ...tile('', local, rows, cols) });
  }

  preload(local: number, rows: number, cols: number, outLocal: number, outRows: number, outCols: number): undefined {
    this.#record('preload', { ...tile('bd', local, rows, cols), ...tile('c', outLocal, outRows, outCols) });
  }

  compute(
    a: number,
    aRows: number,
    aCols: number,
    bd: number,
    bdRows: number,
    bdCols: number,
    loadsArray: boolean,
  ): undefined {
    this.#record(loadsArray ? 'compute.preloaded' : 'compute.accumulated', {
      ...tile('a', a, aRows, aCols),
      ...tile('bd', bd, bdRows, bdCols),
    });
  }

  #record(name: CommandName, values: OperandFieldValues): void {
    const command = commandByName('current', name)!;
    const of = (fields: typeof command.rs1): bigint => packOperand(fields, values);
    this.commands.push({ name, rs1: of(command.rs1), rs2: of(command.rs2) });
  }
}

/** Values of the fields of a tile operand, named as in the command table. */
function tile(prefix: string, local: number, rows: number, cols: number): OperandFieldValues {
  const name = (field: string): string => (prefix === '' ? field : `${prefix}_${field}`);
  return {
    [prefix === '' ? 'local_addr' : prefix]: BigInt(local >>> 0),
    [name('rows')]: BigInt(rows),
    [name('cols')]: BigInt(cols),
  };
}
