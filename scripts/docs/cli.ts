/** docs/cli.md: the commands as the program itself explains them, with what is not said in an option list. */
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import { HOST_CALLS } from '../../src/machine/host-calls.ts';
import { code, table } from './markdown.ts';

const WIDTH = 110;

function helpOf(command: Command, path: string): string {
  command.configureHelp({ helpWidth: WIDTH });
  const options = command.helpInformation().trimEnd().split('\n').slice(1).join('\n');
  return `\`\`\`\nUsage: ${path} ${command.usage()}\n${options}\n\`\`\``;
}

/** What no option list says, by command. */
const NOTES: Readonly<Record<string, string>> = {
  'pollux retime': `

Only timing parameters can be changed: a value that the recorded program depends on (harts, memory, array, types, sizes of local
memories, revision) is refused when it differs from the recorded one.`,
};

/** The commands that do something, in the order of the program. */
function leaves(command: Command, path: string): { path: string; command: Command }[] {
  const children = command.commands.filter((one) => one.name() !== 'help');
  if (children.length === 0) return [{ path, command }];
  return children.flatMap((child) => leaves(child, `${path} ${child.name()}`));
}

export const cliPage = (): string => `# Command line

Written by \`npm run generate\` from the program.

What a command is asked for goes to stdout, and so does what the guest prints; everything else goes to stderr. Colours are used
on terminals only, and never when \`NO_COLOR\` is set. Output files are written whole or not at all. \`-\` as an input file is
standard input. Exit statuses are listed in [errors.md](errors.md), configuration keys and presets in
[configuration.md](configuration.md).

${leaves(
  createProgram(() => {}, undefined),
  'pollux',
)
  .map(({ path, command }) => `## ${path}\n\n${helpOf(command, path)}${NOTES[path] ?? ''}`)
  .join('\n\n')}

## How a program talks to the host

Programs are bare-metal RV64GC, as for the reference simulator: they start in machine mode at the ELF entry point, after a boot
ROM at 0x1000 that leaves the hart's number in a0 and the address of a device tree in a1. All memory that the file does not fill is
zero. Through the words \`tohost\` and \`fromhost\` (found by their symbols) a program exits, prints, and makes these system calls
with physical addresses:

${table(
  ['number', 'call'],
  [...HOST_CALLS].map(([number, { name }]) => [String(number), code(name)]),
)}

Files can be read but not written. A program is not told that an accelerator is there: the greeting that the functional model
prints at its first command is left out. A proxy kernel is a program like any other: \`pollux run pk program.elf\`.

Harts take turns of 5,000 instructions, the timer advances by 50 ticks after each round, and the host looks at \`tohost\` after each
turn, as in the reference simulator: without a timing model \`cycle\`, \`time\` and \`instret\` read the same values there and here.
`;
