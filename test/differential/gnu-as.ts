import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleObject } from '../../src/assembler/assemble.ts';
import type { ElfFile } from '../../src/elf/format.ts';
import { readElf } from '../../src/elf/read.ts';
import { writeElf } from '../../src/elf/write.ts';

const AS = 'riscv64-unknown-elf-as';
const GCC = 'riscv64-unknown-elf-gcc';

const runs = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

/** Why the comparison cannot be made here; nothing when it can. */
export const reasonWithoutAs = runs(AS) ? undefined : `${AS} is not installed`;
export const reasonWithoutGcc = runs(GCC) && runs(AS) ? undefined : `${GCC} is not installed`;

const inFolder = <T>(action: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'pollux-'));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The object that GNU as makes, or what it says. */
export const assembleWithGnu = (text: string): ElfFile | string =>
  inFolder((folder) => {
    const [source, object] = [join(folder, 't.s'), join(folder, 't.o')];
    writeFileSync(source, text);
    const { status, stderr } = spawnSync(AS, ['-march=rv64gc', '-o', object, source], { encoding: 'utf8' });
    if (status !== 0) return stderr;
    const file = readElf(readFileSync(object));
    return file.ok ? file.value : file.errors[0]!.message;
  });

/** GCC's assembly text for a C source. */
export const compileWithGcc = (text: string, options: readonly string[]): string =>
  inFolder((folder) => {
    const source = join(folder, 't.c');
    writeFileSync(source, text);
    const flags = ['-march=rv64gc', '-mabi=lp64d', '-ffreestanding', '-S', '-o', '-', ...options, source];
    const { status, stdout, stderr } = spawnSync(GCC, flags, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  });

/** Our object, written and read back. */
export function assembleWithOurs(text: string): ElfFile | string {
  const object = assembleObject({ name: 't.s', text });
  if (!object.ok) return object.errors.map(({ message, span }) => `${span?.line}: ${message}`).join('\n');
  const file = readElf(writeElf(object.value));
  return file.ok ? file.value : file.errors[0]!.message;
}

const TABLES = ['.symtab', '.strtab', '.shstrtab'];

/** What two assemblers must agree on: sections with their bytes and relocations, and the named symbols. */
export function comparable(file: ElfFile): unknown {
  const nameOf = (index: number): string => {
    const { name, section, value, type } = file.symbols[index]!;
    const isInternal = type === 'section' || name.startsWith('.L');
    return isInternal && typeof section === 'number' ? `${file.sections[section]!.name}+${value}` : name;
  };
  const sections = file.sections
    .filter(({ name, size }) => !TABLES.includes(name) && !name.startsWith('.rela') && size > 0n)
    .map(({ name, type, flags, align, entrySize, size, bytes, relocations }) => ({
      ...{ name, type, flags, align, entrySize, size },
      bytes: Buffer.from(bytes).toString('hex'),
      relocations: relocations.map(({ offset, type: kind, symbol, addend }) =>
        [offset, kind, symbol === undefined ? '' : nameOf(symbol), addend].join(' '),
      ),
    }));
  const symbols = file.symbols
    .filter(({ name, type }) => type !== 'section' && type !== 'file' && !/^\$|^\.L/.test(name))
    .map(({ name, value, size, binding, type, section }) =>
      [name, value, size, binding, type, typeof section === 'number' ? file.sections[section]!.name : section].join(
        ' ',
      ),
    );
  return { sections: sections.toSorted((a, b) => a.name.localeCompare(b.name)), symbols: symbols.toSorted() };
}
