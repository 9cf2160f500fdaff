import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Folders of src from the bottom up: a file may import from its own folder and from rows above its own. */
const ORDER = [
  ['support'],
  ['isa'],
  ['elf', 'wasm'],
  ['assembler', 'disassembler'],
  ['explain'],
  ['hart', 'accel'],
  ['timing'],
  ['machine'],
  ['runtime'],
  ['index.ts'],
  ['cli'],
] as const;

const rankOf = (folder: string): number => ORDER.findIndex((row) => (row as readonly string[]).includes(folder));

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const sources = files.map((file) => ({
  file: file.replaceAll('\\', '/'),
  text: readFileSync(join('src', file), 'utf8'),
}));
const folderOf = (file: string): string => file.split('/')[0]!;
const importsOf = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3])!);

test('every folder of src has a place in the order', () => {
  expect(sources.map(({ file }) => folderOf(file)).filter((folder) => rankOf(folder) < 0)).toEqual([]);
});

test('imports run one way', () => {
  const wrong: string[] = [];
  for (const { file, text } of sources) {
    const from = folderOf(file);
    for (const path of importsOf(text).filter((one) => one.startsWith('.'))) {
      const to = folderOf(normalize(join(dirname(file), path)).replaceAll('\\', '/'));
      if (to !== from && rankOf(to) >= rankOf(from)) wrong.push(`${file} imports ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('only the command line touches Node, so that everything else runs in a browser worker', () => {
  const wrong = sources
    .filter(({ file }) => folderOf(file) !== 'cli')
    .flatMap(({ file, text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      const nodeGlobals =
        code.match(/\b(?:Buffer|process|__dirname)\b\s*[.(]|\bDate\.now\(|\bMath\.random\(|\bperformance\.now\(/g) ??
        [];
      return [...importsOf(text).filter((path) => path.startsWith('node:')), ...nodeGlobals].map(
        (one) => `${file}: ${one}`,
      );
    });
  expect(wrong).toEqual([]);
});

test('the walk sees what it should: imports of several forms', () => {
  expect(
    importsOf(
      "import { a } from './a.ts';\nexport { b } from './b.ts';\nconst c = await import('./c.ts');\nimport type {\n  D,\n} from './d.ts';",
    ),
  ).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts']);
});
