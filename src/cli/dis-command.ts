/** `pollux dis`: a program as text. */
import { disassembleFile } from '../disassembler/disassemble.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import { exitCode } from './exit-codes.ts';
import { loadProgramFile } from './program-file.ts';
import { print, report } from './terminal.ts';

/** Lines that go to the terminal in one piece. */
const LINES_PER_WRITE = 4096;

export interface DisOptions {
  readonly revision: IsaRevision;
}

export function disassemble(path: string, { revision }: DisOptions): number {
  const program = loadProgramFile(path, { revision });
  if (!program.ok) {
    report(program.errors, program.sources);
    return exitCode(program.isUnreadable ? 'noInput' : 'badInput');
  }
  let lines: string[] = [];
  for (const line of disassembleFile(program.value, path)) {
    lines.push(line);
    if (lines.length < LINES_PER_WRITE) continue;
    print(lines.join('\n'));
    lines = [];
  }
  if (lines.length > 0) print(lines.join('\n'));
  return exitCode('success');
}
