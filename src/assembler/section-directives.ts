/** Directives that switch sections. */
import { SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import { type Directive, errorHere, errorIn, readInteger } from './directive.ts';
import { CHAR, type Scanner } from './scanner.ts';

const { write, alloc, exec, merge, tls, strings: stringsFlag } = SECTION_FLAGS;
const { progbits, nobits } = SECTION_TYPES;

const FLAG_LETTERS: Readonly<Record<string, number>> = {
  a: alloc,
  w: write,
  x: exec,
  M: merge,
  S: stringsFlag,
  G: 0x200,
  T: tls,
};
const TYPE_NAMES: Readonly<Record<string, number>> = {
  progbits,
  nobits,
  note: 7,
  init_array: 14,
  fini_array: 15,
  preinit_array: 16,
};

/** Flags and type of a section that a directive names without them, by the start of its name. */
const KNOWN_SECTIONS: readonly (readonly [prefix: string, flags: number, type: number])[] = [
  ['.text', alloc | exec, progbits],
  ['.init_array', alloc | write, 14],
  ['.fini_array', alloc | write, 15],
  ['.init', alloc | exec, progbits],
  ['.fini', alloc | exec, progbits],
  ['.data', alloc | write, progbits],
  ['.sdata', alloc | write, progbits],
  ['.rodata', alloc, progbits],
  ['.srodata', alloc, progbits],
  ['.bss', alloc | write, nobits],
  ['.sbss', alloc | write, nobits],
  ['.tdata', alloc | write | tls, progbits],
  ['.tbss', alloc | write | tls, nobits],
];

const knownSection = (name: string): readonly [flags: number, type: number] => {
  const known = KNOWN_SECTIONS.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`));
  return known === undefined ? [0, progbits] : [known[1], known[2]];
};

/** `.section name[, "flags"[, @type[, entry size]]]` */
export const sectionDirective: Directive = (assembly, scanner) => {
  const name = sectionName(scanner);
  if (name === '') {
    errorHere(assembly, scanner, 'a section name belongs here');
    return;
  }
  let [flags, type] = knownSection(name);
  let entrySize = 0;
  if (scanner.accept(CHAR.comma) && scanner.peek() === CHAR.quote) {
    const start = scanner.pos;
    const letters = scanner.string();
    flags = 0;
    for (const letter of typeof letters === 'string' ? letters : '') {
      const flag = FLAG_LETTERS[letter];
      if (flag === undefined) {
        const legal = Object.keys(FLAG_LETTERS).join('');
        errorIn(assembly, scanner, start, scanner.pos, `"${letter}" is not a section flag`, `flags are ${legal}`);
      } else flags |= flag;
    }
    if (scanner.accept(CHAR.comma)) {
      if (scanner.accept(CHAR.at) || scanner.accept(CHAR.percent)) {
        scanner.peek();
        const typeStart = scanner.pos;
        const typeName = scanner.name();
        const found = TYPE_NAMES[typeName];
        if (found === undefined) {
          const legal = Object.keys(TYPE_NAMES).join(', ');
          errorIn(
            assembly,
            scanner,
            typeStart,
            scanner.wordEnd(),
            `"${typeName}" is not a section type`,
            `types are ${legal}`,
          );
        } else type = found;
      }
      if (scanner.accept(CHAR.comma)) entrySize = readInteger(assembly, scanner, 'the entry size', 0, 2 ** 20) ?? 0;
      if (scanner.accept(CHAR.comma)) {
        // A section group: named, perhaps "comdat". Groups matter to linkers that drop duplicates only.
        scanner.symbolName();
        if (scanner.accept(CHAR.comma)) scanner.name();
      }
    }
  }
  if (entrySize === 0 && POINTER_ARRAYS.has(type)) entrySize = 8;
  assembly.enter(assembly.getSection(name, type, flags, entrySize));
};

/** Types of sections whose entries are addresses. */
const POINTER_ARRAYS: ReadonlySet<number> = new Set([14, 15, 16]);

/** Section names may have dashes and the like. */
function sectionName(scanner: Scanner): string {
  if (scanner.peek() === CHAR.quote) return scanner.symbolName();
  const pattern = /[\w.$\-+/@]+/y;
  pattern.lastIndex = scanner.pos;
  const [name = ''] = pattern.exec(scanner.text) ?? [];
  scanner.pos += name.length;
  return name;
}

export const enter =
  (name: string): Directive =>
  (assembly, scanner) => {
    const [flags, type] = knownSection(name);
    if (!scanner.atStatementEnd()) {
      const subsection = readInteger(assembly, scanner, 'the subsection', 0, 0);
      if (subsection === undefined) return;
    }
    const section = assembly.getSection(name, type, flags, 0);
    // GNU as does not count .bss as a section that .previous returns from.
    if (name === '.bss') assembly.section = section;
    else assembly.enter(section);
  };

export const pushSection: Directive = (assembly, scanner) => {
  assembly.sectionStack.push({ section: assembly.section, previous: assembly.previousSection });
  sectionDirective(assembly, scanner);
};

export const popSection: Directive = (assembly, scanner) => {
  const saved = assembly.sectionStack.pop();
  if (saved === undefined) {
    errorHere(assembly, scanner, 'there is no .pushsection before this .popsection');
    return;
  }
  assembly.section = saved.section;
  assembly.previousSection = saved.previous;
};
