/** `.file` and `.loc`: where the lines of a compiled source are. */
import { type Directive, errorHere, errorIn, readExpression, readInteger } from './directive.ts';
import { CHAR, isDigit } from './scanner.ts';

/** `.file "name"` names the source, which the object does not record; `.file number ["directory"] "name"` is for `.loc`. */
export const file: Directive = (assembly, scanner) => {
  const isNumbered = scanner.peek() !== CHAR.quote;
  const number = isNumbered ? readInteger(assembly, scanner, 'the file number', 0, MAX_FILES) : undefined;
  if (isNumbered && number === undefined) return;
  const names: string[] = [];
  while (scanner.peek() === CHAR.quote && names.length < 2) {
    const name = scanner.string();
    if (typeof name !== 'string') {
      errorIn(assembly, scanner, name.start, name.end, name.message);
      return;
    }
    names.push(name);
  }
  const name = names.at(-1);
  if (name === undefined) {
    errorHere(assembly, scanner, 'a file name in double quotes belongs here');
    return;
  }
  if (scanner.peek() !== CHAR.newline) scanner.skipStatement();
  if (number !== undefined) assembly.lines.addFile(number, names.length > 1 ? names[0] : undefined, name);
};

const MAX_FILES = 100_000;

/** `.loc file line [column] [options]` */
export const loc: Directive = (assembly, scanner) => {
  scanner.peek();
  const start = scanner.pos;
  const file = readInteger(assembly, scanner, 'the file number', 0, MAX_FILES);
  const line = file === undefined ? undefined : readInteger(assembly, scanner, 'the line', 0, 2 ** 31);
  if (file === undefined || line === undefined) return;
  if (!assembly.lines.hasFile(file)) {
    errorIn(
      assembly,
      scanner,
      start,
      start + String(file).length,
      `file ${file} has no name`,
      `.file ${file} "name" gives it one`,
    );
    return;
  }
  let { column, isStatement } = assembly.lines.current;
  if (isDigit(scanner.peek())) column = readInteger(assembly, scanner, 'the column', 0, 2 ** 31) ?? 0;
  let discriminator = 0;
  const flags = new Set<'basic_block' | 'prologue_end' | 'epilogue_begin'>();
  while (!scanner.atStatementEnd()) {
    scanner.peek();
    const optionStart = scanner.pos;
    const name = scanner.name();
    if (name === 'is_stmt') isStatement = readInteger(assembly, scanner, 'is_stmt', 0, 1) === 1;
    else if (name === 'discriminator')
      discriminator = readInteger(assembly, scanner, 'the discriminator', 0, 2 ** 31) ?? 0;
    else if (name === 'isa') readInteger(assembly, scanner, 'the instruction set', 0, 0);
    else if (name === 'view') readExpression(assembly, scanner);
    else if (name === 'basic_block' || name === 'prologue_end' || name === 'epilogue_begin') flags.add(name);
    else {
      const legal = 'is_stmt, discriminator, basic_block, prologue_end, epilogue_begin, isa, view';
      errorIn(
        assembly,
        scanner,
        optionStart,
        scanner.wordEnd(),
        `"${name}" is not an option of .loc`,
        `options are ${legal}`,
      );
      return;
    }
  }
  assembly.lines.setLocation({ file, line, column, isStatement, discriminator, flags }, assembly.section);
};
