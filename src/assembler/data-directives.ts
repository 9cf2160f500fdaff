/** Directives that put values into sections: integers, floating-point numbers, strings, LEB128. */
import { type Directive, errorHere, errorIn, readExpression } from './directive.ts';
import { parseFloatText, singleBits } from './float-text.ts';
import { CHAR } from './scanner.ts';

/** `.word a, b, …` */
export function data(width: number): Directive {
  return (assembly, scanner) => {
    if (scanner.atStatementEnd()) return;
    const { section } = assembly;
    assembly.beginData();
    do {
      scanner.peek();
      const start = scanner.pos;
      const value = readExpression(assembly, scanner);
      if (value === undefined) return;
      if (value.kind === 'constant' && typeof value.value === 'number') {
        const number = value.value;
        if (width < 8 && (number < -(2 ** (8 * width - 1)) || number >= 2 ** (8 * width))) {
          errorIn(assembly, scanner, start, scanner.pos, `${number} does not fit ${width} bytes`);
        }
        const offset = section.reserve(width);
        const { bytes } = section;
        let low = number | 0;
        for (let i = 0; i < width; i++) {
          if (i === 4) low = Math.floor(number / 2 ** 32);
          bytes[offset + i] = low;
          low >>= 8;
        }
      } else assembly.addData(width, value, scanner.base + start);
    } while (scanner.accept(CHAR.comma));
  };
}

/** `.float 1.5, …` */
export function floats(width: 4 | 8): Directive {
  return (assembly, scanner) => {
    if (scanner.atStatementEnd()) return;
    assembly.beginData();
    do {
      scanner.peek();
      const pattern = /(?:0[fdFD])?([-+]?(?:inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))/iy;
      pattern.lastIndex = scanner.pos;
      const [whole, text] = pattern.exec(scanner.text) ?? [];
      if (whole === undefined) {
        errorHere(assembly, scanner, 'a floating-point number belongs here', 'write 1.5, -2e-3, inf or nan');
        return;
      }
      scanner.pos += whole.length;
      const bytes = new Uint8Array(width);
      const view = new DataView(bytes.buffer);
      const value = parseFloatText(text!);
      if (width === 8) view.setFloat64(0, value, true);
      else view.setUint32(0, singleBits(text!, value), true);
      assembly.section.append(bytes);
    } while (scanner.accept(CHAR.comma));
  };
}

export function strings(isTerminated: boolean): Directive {
  return (assembly, scanner) => {
    assembly.beginData();
    do {
      if (scanner.peek() !== CHAR.quote) {
        errorHere(assembly, scanner, 'a string in double quotes belongs here');
        return;
      }
      const text = scanner.string();
      if (typeof text !== 'string') {
        errorIn(assembly, scanner, text.start, text.end, text.message);
        return;
      }
      const { section } = assembly;
      const offset = section.reserve(text.length + (isTerminated ? 1 : 0));
      for (let i = 0; i < text.length; i++) section.bytes[offset + i] = text.charCodeAt(i);
    } while (scanner.accept(CHAR.comma));
  };
}

export function leb(isSigned: boolean): Directive {
  return (assembly, scanner) => {
    assembly.beginData();
    do {
      scanner.peek();
      const source = scanner.base + scanner.pos;
      const value = readExpression(assembly, scanner);
      if (value === undefined) return;
      const { section } = assembly;
      section.fragments.push({ kind: 'leb128', at: section.length, length: 1, value, isSigned, source });
    } while (scanner.accept(CHAR.comma));
  };
}
