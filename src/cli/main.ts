/** The command line: parses arguments, loads the command that is asked for, and turns its outcome into an exit status. */
import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { ExportOptions } from './config-command.ts';
import { addConfigOptions, EXPORT_FORMATS } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { note } from './terminal.ts';

/** @returns the exit status */
export async function main(args: readonly string[]): Promise<number> {
  let status = exitCode('success');
  const program = new Command('pollux')
    .description('The software twin of a Gemmini accelerator: assemble, run, time and reshape it.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) });
  const finish = async (outcome: number | Promise<number>): Promise<void> => {
    status = await outcome;
  };

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
          set: [],
          format: 'yaml',
          ...(output === undefined ? {} : { output }),
        }),
      ),
    );

  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode('success') : exitCode('usage');
    note(`pollux: internal error: ${error instanceof Error ? error.stack : String(error)}`);
    return exitCode('ourBug');
  }
}
