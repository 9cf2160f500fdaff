/** The table of directives. Conditionals, macros and files are in statements.ts. */
import { SECTION_FLAGS, SECTION_TYPES } from '../elf/format.ts';
import { data, floats, leb, strings } from './data-directives.ts';
import { type Directive, errorHere, errorIn, skipToEnd } from './directive.ts';
import { align, fill, origin, space } from './fill-directives.ts';
import { file, loc } from './line-directives.ts';
import { attribute, option } from './option-directives.ts';
import { CHAR } from './scanner.ts';
import { enter, popSection, pushSection, sectionDirective } from './section-directives.ts';
import { binding, common, set, symbolSize, symbolType } from './symbol-directives.ts';

/** `.ident "text"` goes to .comment, after a zero byte. */
const ident: Directive = (assembly, scanner) => {
  const text = scanner.peek() === CHAR.quote ? scanner.string() : undefined;
  if (typeof text !== 'string') {
    errorHere(assembly, scanner, 'a string belongs here');
    return;
  }
  const section = assembly.getSection(
    '.comment',
    SECTION_TYPES.progbits,
    SECTION_FLAGS.merge | SECTION_FLAGS.strings,
    1,
  );
  if (section.length === 0) section.reserve(1);
  const offset = section.reserve(text.length + 1);
  for (let i = 0; i < text.length; i++) section.bytes[offset + i] = text.charCodeAt(i);
};

const message =
  (isError: boolean): Directive =>
  (assembly, scanner) => {
    const start = scanner.pos;
    const text = scanner.peek() === CHAR.quote ? scanner.string() : 'the source asked for an error here';
    if (isError) errorIn(assembly, scanner, start, scanner.pos, typeof text === 'string' ? text : text.message);
  };

/** Unwind information. It is read and not written: nothing that runs without an operating system unwinds its stack. */
const CFI_DIRECTIVES = [
  ...['sections', 'startproc', 'endproc', 'personality', 'lsda', 'def_cfa', 'def_cfa_register', 'def_cfa_offset'],
  ...['adjust_cfa_offset', 'offset', 'rel_offset', 'register', 'restore', 'undefined', 'same_value', 'remember_state'],
  ...['restore_state', 'return_column', 'signal_frame', 'window_save', 'escape', 'val_offset'],
].map((name) => `.cfi_${name}`);

export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  ['.byte', data(1)],
  ['.1byte', data(1)],
  ['.half', data(2)],
  ['.hword', data(2)],
  ['.short', data(2)],
  ['.2byte', data(2)],
  ['.word', data(4)],
  ['.long', data(4)],
  ['.int', data(4)],
  ['.4byte', data(4)],
  ['.dword', data(8)],
  ['.quad', data(8)],
  ['.8byte', data(8)],
  ['.float', floats(4)],
  ['.single', floats(4)],
  ['.double', floats(8)],
  ['.ascii', strings(false)],
  ['.asciz', strings(true)],
  ['.string', strings(true)],
  ['.uleb128', leb(false)],
  ['.sleb128', leb(true)],
  ['.align', align(true)],
  ['.p2align', align(true)],
  ['.p2alignw', align(true, 2)],
  ['.p2alignl', align(true, 4)],
  ['.balign', align(false)],
  ['.balignw', align(false, 2)],
  ['.balignl', align(false, 4)],
  ['.zero', space],
  ['.skip', space],
  ['.space', space],
  ['.fill', fill],
  ['.org', origin],
  ['.globl', binding('global')],
  ['.global', binding('global')],
  ['.weak', binding('weak')],
  ['.local', binding('local')],
  ['.type', symbolType],
  ['.size', symbolSize],
  ['.set', set(false)],
  ['.equ', set(false)],
  ['.equiv', set(true)],
  ['.comm', common('global')],
  ['.common', common('global')],
  ['.lcomm', common('local')],
  ['.section', sectionDirective],
  ['.text', enter('.text')],
  ['.data', enter('.data')],
  ['.bss', enter('.bss')],
  ['.pushsection', pushSection],
  ['.popsection', popSection],
  ['.previous', (assembly) => assembly.enter(assembly.previousSection)],
  ['.option', option],
  ['.attribute', attribute],
  ['.ident', ident],
  ['.file', file],
  ['.loc', loc],
  ...CFI_DIRECTIVES.map((name): [string, Directive] => [name, skipToEnd]),
  ['.hidden', skipToEnd],
  ['.protected', skipToEnd],
  ['.internal', skipToEnd],
  ['.print', message(false)],
  ['.err', message(true)],
  ['.error', message(true)],
]);
