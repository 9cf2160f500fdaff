/** `pollux dis`: a program as text. */
import { disassembleFile } from '../disassembler/disassemble.ts';
import { exitCode } from './exit-codes.ts';
import { loadProgramFile } from './program-file.ts';
import { print, report } from './terminal.ts';

/** Lines that go to the terminal in one piece. */
const LINES_PER_WRITE = 4096;

export async function disassemble(path: string): Promise<number> {
  const program = await loadProgramFile(path);
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
