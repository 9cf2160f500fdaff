/** `pollux dis`: a program as text. */
import { CommandNames } from '../disassembler/command-text.ts';
import { disassembleFile } from '../disassembler/disassemble.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import { exitCode } from './exit-codes.ts';
import { loadProgramFile } from './program-file.ts';
import { print, report } from './terminal.ts';

/** Lines that go to the terminal in one piece. */
const LINES_PER_WRITE = 4096;

export interface DisOptions {
  /** Print what GNU objdump prints, without names of accelerator commands. */
  readonly objdump?: true;
  readonly revision: IsaRevision;
}

export function disassemble(path: string, { revision, objdump }: DisOptions): number {
  const program = loadProgramFile(path, { revision });
  if (!program.ok) {
    report(program.errors, program.sources);
    return exitCode(program.isUnreadable ? 'noInput' : 'badInput');
  }
  const names = objdump ? undefined : new CommandNames(program.value, revision);
  const additions = names === undefined ? {} : { instruction: (word: number, pc: bigint) => names.text(word, pc) };
  let lines: string[] = [];
  for (const line of disassembleFile(program.value, path, additions)) {
    lines.push(line);
    if (lines.length < LINES_PER_WRITE) continue;
    print(lines.join('\n'));
    lines = [];
  }
  if (lines.length > 0) print(lines.join('\n'));
  return exitCode('success');
}
