/** `pollux dis`: a program as text. */
import { CommandNames } from '../disassembler/command-text.ts';
import { disassembleFile, type ListingAdditions } from '../disassembler/disassemble.ts';
import { readLineTable, type SourceLine } from '../elf/dwarf-lines.ts';
import type { ElfFile } from '../elf/format.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import { exitCode } from './exit-codes.ts';
import { loadProgramFile } from './program-file.ts';
import { SourceTexts } from './source-texts.ts';
import { errColours, note, print, report } from './terminal.ts';

export interface DisOptions {
  /** Print what GNU objdump prints, without names of accelerator commands. */
  readonly objdump?: true;
  /** Put source lines before the instructions that were made from them. */
  readonly source?: true;
  readonly revision: IsaRevision;
}

/** Lines that go to the terminal in one piece. */
const LINES_PER_WRITE = 4096;

export function disassemble(path: string, { objdump, source, revision }: DisOptions): number {
  const program = loadProgramFile(path, { revision });
  if (!program.ok) {
    report(program.errors, program.sources);
    return exitCode(program.isUnreadable ? 'noInput' : 'badInput');
  }
  const additions = {
    ...(objdump ? {} : commandNames(program.value, revision)),
    ...(source ? sourceLines(program.value, path) : {}),
  };
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

function commandNames(file: ElfFile, revision: IsaRevision): ListingAdditions {
  const names = new CommandNames(file, revision);
  return { instruction: (word, pc) => names.text(word, pc) };
}

/** Comments where the file or the line changes: `; file`, then `; line: text`. */
function sourceLines(file: ElfFile, path: string): ListingAdditions {
  const table = readLineTable(file);
  if (!table.ok) report(table.errors);
  if (!table.ok || table.value.isEmpty) {
    note(errColours.yellow('warning: the file has no line information: translate it with -g to see sources'));
    return {};
  }
  const texts = new SourceTexts(path);
  let last: SourceLine | undefined;
  return {
    before(pc) {
      const found = table.value.lineOf(pc);
      const isSameFile = found?.file === last?.file;
      if (found === undefined || (isSameFile && found.line === last?.line)) return [];
      last = found;
      const text = texts.line(found.file, found.line)?.trim() ?? '';
      return [...(isSameFile ? [] : [`; ${found.file}`]), `; ${found.line}: ${text}`.trimEnd()];
    },
  };
}
