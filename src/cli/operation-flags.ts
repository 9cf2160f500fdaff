/** Options that `gemm`, `conv` and `net` share. */
import { type Command, Option } from 'commander';
import { addConfigOptions, type ConfigOptions } from './config-options.ts';

export const TRANSPOSES = ['none', 'a', 'b', 'both'] as const;
export const BIASES = ['none', 'full', 'repeated'] as const;

/** Who chooses tiles; a product also takes them as numbers. */
export const TILINGS = ['library', 'search'] as const;

export interface OperationOptions extends ConfigOptions {
  readonly seed: number;
  readonly check: 'none' | 'sample' | 'all';
  readonly elf?: string;
  readonly json?: true;
  /** Does the timing model follow the run? */
  readonly time: boolean;
}

export const addOperationOptions = (command: Command): Command =>
  addConfigOptions(command)
    .addOption(new Option('--seed <number>', 'seed of random operands').argParser(Number).default(1))
    .addOption(
      new Option('--check <values>', 'compare results with plain loops')
        .choices(['none', 'sample', 'all'])
        .default('sample'),
    )
    .option('--elf <file>', 'write the program')
    .option('--json', 'write the report as JSON')
    .option('--no-time', 'functional run only, without cycles');
