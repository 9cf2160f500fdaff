/**
 * Exit statuses of `pollux`. `run` ends with the guest's own status; statuses of our own are those that other tools use
 * for the same thing (timeout(1), shells, sysexits.h). `docs/cli.md` lists this table.
 */
export const EXIT_CODES = {
  success: { code: 0, meaning: 'success; after "run": the guest exited with status 0' },
  usage: { code: 64, meaning: 'the command line is wrong' },
  badInput: {
    code: 65,
    meaning: 'the input is wrong: assembly errors, a file that is no loadable ELF, a bad configuration',
  },
  noInput: { code: 66, meaning: 'an input file cannot be read' },
  ourBug: { code: 70, meaning: 'Pollux itself failed: please report it' },
  noOutput: { code: 73, meaning: 'an output file cannot be written; nothing was left behind' },
  limit: {
    code: 124,
    meaning: 'the instruction or time limit was reached, every hart waits for ever, or a trap handler itself traps',
  },
  interrupted: { code: 130, meaning: 'Ctrl-C' },
  guestFault: {
    code: 134,
    meaning:
      'the guest did what no architecture answers; some faults have another status, that of the reference simulator',
  },
  closedPipe: { code: 141, meaning: 'whoever read the output has stopped reading, as head does' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitReason = keyof typeof EXIT_CODES;

/** A command's outcome: one of ours, or the guest's status. */
export const exitCode = (reason: ExitReason): number => EXIT_CODES[reason].code;
