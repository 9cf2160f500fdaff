/** `.option` and `.attribute`: for which machine, and how, code is written. */
import type { Assembly } from './assembly.ts';
import { ATTRIBUTE_TAGS } from './attributes.ts';
import { type Directive, errorHere, errorIn, readInteger } from './directive.ts';
import { CHAR, type Scanner } from './scanner.ts';

const OPTIONS = ['rvc', 'norvc', 'relax', 'norelax', 'pic', 'nopic', 'push', 'pop', 'arch'] as const;

export const option: Directive = (assembly, scanner) => {
  scanner.peek();
  const start = scanner.pos;
  const name = scanner.name() as (typeof OPTIONS)[number];
  const { options } = assembly;
  switch (name) {
    case 'rvc':
    case 'norvc':
      assembly.options = { ...options, compressed: name === 'rvc' };
      return;
    case 'relax':
    case 'norelax':
      assembly.options = { ...options, relax: name === 'relax' };
      return;
    case 'pic':
    case 'nopic':
      assembly.options = { ...options, pic: name === 'pic' };
      return;
    case 'push':
      assembly.optionStack.push(options);
      return;
    case 'pop': {
      const saved = assembly.optionStack.pop();
      if (saved === undefined)
        errorIn(assembly, scanner, start, scanner.pos, 'there is no .option push before this pop');
      else assembly.options = saved;
      return;
    }
    case 'arch':
      optionArch(assembly, scanner);
      return;
    default:
      errorIn(
        assembly,
        scanner,
        start,
        scanner.wordEnd(),
        `unknown option "${name}"`,
        `options are ${OPTIONS.join(', ')}`,
      );
  }
};

/** `.option arch, +c, -c, rv64gc`: of RV64GC only C can be switched. */
function optionArch(assembly: Assembly, scanner: Scanner): void {
  while (scanner.accept(CHAR.comma)) {
    scanner.peek();
    const start = scanner.pos;
    const sign = scanner.accept(CHAR.plus) ? '+' : scanner.accept(CHAR.minus) ? '-' : '';
    const name = scanner.name();
    if (name === 'c' && sign !== '') assembly.options = { ...assembly.options, compressed: sign === '+' };
    else if (sign === '' && /^rv64/.test(name)) {
      assembly.options = {
        ...assembly.options,
        compressed: hasCompressed(name),
      };
    } else if (!(sign === '+' && /^(?:[imafd]|zicsr|zifencei)$/.test(name))) {
      errorIn(
        assembly,
        scanner,
        start,
        scanner.pos,
        `"${sign}${name}" is not an extension that can be switched`,
        'legal: +c, -c, rv64gc',
      );
    }
  }
}

/** Is C among the single letters of an architecture? */
const hasCompressed = (arch: string): boolean => /^rv64[a-y]*c/.test(arch.replace(/\d+p\d+_?/g, ''));

/** `.attribute arch, "rv64i2p1_…"` */
export const attribute: Directive = (assembly, scanner) => {
  scanner.peek();
  const start = scanner.pos;
  const name = scanner.name().replace(/^Tag_RISCV_/, '');
  const tag = name === '' ? readInteger(assembly, scanner, 'the tag', 1, 2 ** 20) : ATTRIBUTE_TAGS[name];
  if (tag === undefined) {
    if (name !== '')
      errorIn(
        assembly,
        scanner,
        start,
        scanner.pos,
        `unknown attribute "${name}"`,
        `attributes are ${Object.keys(ATTRIBUTE_TAGS).join(', ')}`,
      );
    return;
  }
  scanner.accept(CHAR.comma);
  if (tag % 2 === 0) {
    const value = readInteger(assembly, scanner, 'the attribute', 0, 2 ** 32);
    if (value !== undefined) assembly.attributes.set(tag, value);
    return;
  }
  const text = scanner.peek() === CHAR.quote ? scanner.string() : undefined;
  if (typeof text === 'string') {
    assembly.attributes.set(tag, text);
    if (tag === ATTRIBUTE_TAGS.arch) assembly.options = { ...assembly.options, compressed: hasCompressed(text) };
  } else errorHere(assembly, scanner, 'a string belongs here');
};
