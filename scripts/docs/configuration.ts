/** docs/configuration.md: every key and preset, from the schema. */
import { PRESETS } from '../../src/machine/config/presets.ts';
import { DEFAULT_MACHINE, PARAMETERS } from '../../src/machine/config/schema.ts';
import { code, table } from './markdown.ts';

const defaultOf = (key: string): unknown =>
  key.split('.').reduce<unknown>((section, name) => (section as Record<string, unknown>)[name], DEFAULT_MACHINE);

function showDefault(key: string): string {
  const value = defaultOf(key);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',');
  return key === 'memory.base' ? `0x${(value as number).toString(16)}` : String(value);
}

const section = (name: string): string => {
  const rows = [...PARAMETERS].filter(([key]) => key.split('.')[0] === name || (name === '' && !key.includes('.')));
  return table(
    ['key', 'default', 'must be', 'meaning'],
    rows.map(([key, { rule, unit, summary }]) => [
      code(key),
      code(showDefault(key)) + (unit === undefined ? '' : ` ${unit}`),
      rule.text,
      summary,
    ]),
  );
};

export function configurationPage(): string {
  const sections = [
    ...new Set([...PARAMETERS.keys()].filter((key) => key.includes('.')).map((key) => key.split('.')[0]!)),
  ];
  return `# Configuration

Written by \`npm run generate\` from the schema (\`src/machine/config/schema.ts\`).

A machine is data: one tree of sections and keys. It is put together from layers, each of which may set any keys; the last
one wins:

1. the default machine;
2. each \`--config\`, in the order of the command line: the name of a preset, a YAML or JSON file, or a \`gemmini_params.h\`;
3. each \`--set key=value\`.

\`pollux config show\` prints the effective machine with the origin of every value. Numbers may be written in hexadecimal, and
keys that count bytes with \`KiB\`, \`MiB\` or \`GiB\`. A file holds sections, and may name the preset that it starts from:

\`\`\`yaml
preset: lean
accelerator:
  dim: 32
  scratchpad: { banks: 8 }
\`\`\`

A mistake names the key, the value and where it came from, the rule, and the nearest legal value. \`pollux config export\`
writes the effective machine as YAML, JSON or the \`gemmini_params.h\` that Gemmini's C library is built with;
\`pollux config import\` turns such a header into YAML. A header does not say which dataflows are built, how many banks the
accumulator has, nor anything about time: those keep their defaults.

## Presets

${table(
  ['preset', 'also known as', 'machine'],
  PRESETS.map(({ name, aliases, summary }) => [code(name), aliases.map(code).join(', '), summary]),
)}

## Keys

${section('')}

${sections.map((name) => `### ${name}\n\n${section(name)}`).join('\n\n')}
`;
}
