/** The command line: parses arguments, runs the command that is asked for, and turns its outcome into an exit status. */
import { CommanderError } from 'commander';
import { exitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { note } from './terminal.ts';

/**
 * @param timingWorker script for the thread that times long runs; without it they are timed in this thread
 * @returns the exit status
 */
export async function main(args: readonly string[], timingWorker?: string): Promise<number> {
  let status = exitCode('success');
  const program = createProgram(async (outcome) => {
    status = await outcome;
  }, timingWorker);
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    // Help, the version, and mistakes in the command line: commander has said it all.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode('success') : exitCode('usage');
    note(`pollux: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`);
    return exitCode('ourBug');
  }
}
