/** Macros, repetitions and conditional assembly: text in, text out. */

export interface MacroParameter {
  readonly name: string;
  readonly default: string;
  readonly isRequired: boolean;
  /** Takes the rest of the line, commas included. */
  readonly isVariadic: boolean;
}

export interface Macro {
  readonly name: string;
  readonly parameters: readonly MacroParameter[];
  readonly body: string;
  readonly file: string;
  /** Line of the file that the body starts on. */
  readonly firstLine: number;
}

/** What is wrong with a macro's header or arguments. */
export interface MacroProblem {
  readonly message: string;
  readonly hint?: string;
}

/** Reads `a, b=1, c:req, rest:vararg`. */
export function parseParameters(text: string): MacroParameter[] | MacroProblem {
  const parameters: MacroParameter[] = [];
  for (const item of splitArguments(text)) {
    const [, name, kind, initial] = /^([A-Za-z_.$][\w.$]*)(?::(req|vararg))?(?:\s*=\s*(.*))?$/s.exec(item) ?? [];
    if (name === undefined)
      return {
        message: `"${item}" is not a macro parameter`,
        hint: 'write name, name=default, name:req or name:vararg',
      };
    parameters.push({
      name,
      default: unquote(initial ?? ''),
      isRequired: kind === 'req',
      isVariadic: kind === 'vararg',
    });
  }
  return parameters;
}

/** Splits at commas and blanks outside quotes and parentheses, as macro arguments are. */
export function splitArguments(text: string): string[] {
  const items: string[] = [];
  let item = '';
  let depth = 0;
  let isQuoted = false;
  /** A blank ends an argument unless an operator stands on either side of it. */
  const endsAtBlank = (i: number): boolean => {
    const next = text.slice(i).trimStart()[0] ?? '';
    return item !== '' && !/[-+*/%|&^=(<>!~]$/.test(item) && !/^[-+*/%|&^=)<>!,:]/.test(next);
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"' && text[i - 1] !== '\\') isQuoted = !isQuoted;
    if (!isQuoted) {
      if (c === '(') depth++;
      if (c === ')') depth--;
      if (depth <= 0 && (c === ',' || ((c === ' ' || c === '\t') && endsAtBlank(i)))) {
        if (c !== ',' && text.slice(i).trim() === '') break;
        items.push(item.trim());
        item = '';
        continue;
      }
    }
    item += c;
  }
  if (item.trim() !== '' || items.length > 0) items.push(item.trim());
  return items;
}

const unquote = (text: string): string => (/^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\"/g, '"') : text);

/** The value of each parameter in a call. */
export function bindArguments(macro: Macro, text: string): Map<string, string> | MacroProblem {
  const { parameters, name } = macro;
  const bound = new Map<string, string>();
  let position = 0;
  const items = splitArguments(text);
  for (const [index, item] of items.entries()) {
    const [, key, value] = /^([A-Za-z_.$][\w.$]*)\s*=(?!=)(.*)$/s.exec(item) ?? [];
    if (key !== undefined && parameters.some((one) => one.name === key)) {
      bound.set(key, unquote(value!.trim()));
      continue;
    }
    const parameter = parameters[position++];
    if (parameter === undefined) {
      return { message: `macro ${name} takes ${parameters.length} arguments, found ${items.length}` };
    }
    if (parameter.isVariadic) {
      bound.set(parameter.name, items.slice(index).join(','));
      break;
    }
    bound.set(parameter.name, unquote(item));
  }
  for (const { name: parameter, default: initial, isRequired } of parameters) {
    if ((bound.get(parameter) ?? '') !== '') continue;
    if (isRequired) return { message: `macro ${name} needs a value for ${parameter}` };
    bound.set(parameter, initial);
  }
  return bound;
}

/** The body with `\name` replaced, `\()` removed and `\@` replaced by the number of this expansion. */
export const substitute = (body: string, values: ReadonlyMap<string, string>, count: number): string =>
  body.replace(/\\(?:\(\)|@|([A-Za-z_$][\w$]*(?:\.[\w$]+)*))/g, (whole: string, name: string | undefined) => {
    if (whole === '\\()') return '';
    if (whole === '\\@') return String(count);
    for (let key = name!; key !== ''; key = key.slice(0, -1)) {
      const value = values.get(key);
      if (value !== undefined && (key === name || !/^\w/.test(name!.slice(key.length))))
        return value + name!.slice(key.length);
    }
    return whole;
  });

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  '.endm': ['.macro'],
  '.endr': ['.rept', '.irp', '.irpc'],
};

/**
 * The lines from `start` to the directive that closes a body, nested ones included.
 * @returns where the body ends and where the text goes on; nothing when the closing line is missing
 */
export function findBodyEnd(
  text: string,
  start: number,
  closer: '.endm' | '.endr',
): { end: number; next: number } | undefined {
  let depth = 1;
  let pos = start;
  while (pos < text.length) {
    const newline = text.indexOf('\n', pos);
    const lineEnd = newline < 0 ? text.length : newline;
    const [, word] = /^\s*(?:[\w.$]+:)?\s*(\.[A-Za-z]+)/.exec(text.slice(pos, lineEnd)) ?? [];
    const directive = word?.toLowerCase();
    if (directive !== undefined) {
      if (OPENERS[closer]!.includes(directive)) depth++;
      else if ((directive === closer || (closer === '.endm' && directive === '.endmacro')) && --depth === 0) {
        return { end: pos, next: lineEnd };
      }
    }
    pos = lineEnd + 1;
  }
  return undefined;
}
