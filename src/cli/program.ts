/** The commands with their arguments and options; each loads its code when it is called. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { ISA_REVISIONS } from '../isa/accelerator.ts';
import type { AsmOptions } from './asm-command.ts';
import type { ExportOptions } from './config-command.ts';
import { addConfigOptions, type ConfigOptions, EXPORT_FORMATS } from './config-options.ts';
import type { Loop } from './expand-command.ts';
import type { RunOptions } from './run-command.ts';

/** @param finish takes a command's exit status */
export function createProgram(finish: (outcome: number | Promise<number>) => void | Promise<void>): Command {
  const program = new Command('pollux')
    .description('The software twin of a Gemmini accelerator: assemble, run, time and reshape it.')
    .version(packageJson.version)
    .exitOverride();

  addConfigOptions(program.command('run').description('run a program: an ELF file, or assembly'))
    .argument('<program>', 'ELF file or .s file')
    .argument('[arguments...]', 'arguments of the program, after --')
    .option('--max-instructions <count>', 'stop after this many instructions', positiveInteger)
    .option('--timeout <seconds>', 'stop after this much time', positiveNumber)
    .option('--show-machine', 'show the effective machine first')
    .option('-q, --quiet', 'say nothing about a successful run')
    .action(async (file: string, programArguments: string[], options: RunOptions) =>
      finish((await import('./run-command.ts')).run(file, programArguments, options)),
    );

  program
    .command('asm')
    .description('assemble and link: GNU as syntax with the commands of the accelerator in words')
    .argument('<files...>', 'assembly files')
    .option('-o, --output <file>', 'what to write (default: the name of the first file, with .elf or .o)')
    .option('--object', 'write an object file for a linker')
    .option('--base <address>', 'address of the first section (default: 0x80000000)', addressOption)
    .option('--entry <symbol>', 'where execution begins (default: _start)')
    .option('--stack-bytes <count>', 'size of the stack below _stack_top (default: 131072)', positiveInteger)
    .addOption(
      new Option('--revision <name>', 'layout of the convolution commands').choices(ISA_REVISIONS).default('current'),
    )
    .action(async (files: string[], options: AsmOptions) =>
      finish((await import('./asm-command.ts')).asm(files, options)),
    );

  addConfigOptions(program.command('expand').description('show what a loop command unrolls to'))
    .addArgument(new Argument('<loop>', 'the command').choices(['loop_ws', 'loop_conv_ws']))
    .argument('[field=value...]', 'fields of the command and of its configuration commands')
    .action(async (loop: Loop, fields: string[], options: ConfigOptions) =>
      finish((await import('./expand-command.ts')).expand(loop, fields, options)),
    );

  const config = program.command('config').description('show, list, import and export machine configurations');
  addConfigOptions(config.command('show').description('the effective machine, with the origin of every value')).action(
    async (options) => finish((await import('./config-command.ts')).showConfig(options)),
  );
  config
    .command('presets')
    .description('the machines that have names')
    .action(async () => finish((await import('./config-command.ts')).listPresets()));
  config
    .command('keys')
    .description('every key, its rule and its meaning')
    .action(async () => finish((await import('./config-command.ts')).listKeys()));
  addConfigOptions(config.command('export').description('the effective machine as a file'))
    .addOption(new Option('-f, --format <format>', 'what to write').choices(EXPORT_FORMATS).default('yaml'))
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async (options: ExportOptions) => finish((await import('./config-command.ts')).exportConfig(options)));
  config
    .command('import')
    .description('turn a gemmini_params.h into a configuration file')
    .argument('<header>', 'the gemmini_params.h')
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async (header: string, { output }: { output?: string }) =>
      finish(
        (await import('./config-command.ts')).exportConfig({
          config: [header],
          format: 'yaml',
          ...(output === undefined ? {} : { output }),
        }),
      ),
    );
  return program;
}

function positiveInteger(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function addressOption(text: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) throw new InvalidArgumentError('It must be an address, as 0x80000000.');
  return BigInt(text);
}
