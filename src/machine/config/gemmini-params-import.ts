/**
 * Reads a `gemmini_params.h`, the header that Gemmini's C library is built with, into configuration values.
 * @source gemmini-isa §9.2
 */
import { type Diagnostic, errorAt } from '../../support/diagnostics.ts';
import { fail, type Result, succeed } from '../../support/result.ts';
import type { ConfigLayer } from './resolve.ts';
import { DEFAULT_MACHINE } from './schema.ts';

/** Macros that only serve the library's own golden models and attributes: they say nothing about the machine. */
const LIBRARY_MACROS = new Set([
  'GEMMINI_PARAMS_H',
  'SAME_TYPE',
  'ROUND_NEAR_EVEN',
  'ROUNDING_RIGHT_SHIFT',
  'ROUNDING_RIGHT_SHIFT_BITS',
  'ACC_SCALE',
  'MVIN_SCALE',
  'MVIN_SCALE_ACC',
  'MVIN_SCALE_IDENTITY',
  'ACC_SCALE_IDENTITY',
  'row_align',
  'row_align_acc',
  'HAS_FIRST_LAYER_OPTIMIZATIONS',
  'ACC_READ_SMALL_WIDTH',
  'ACC_READ_FULL_WIDTH',
  'HAS_NORMALIZATIONS',
  'ELEM_T_EXP_BITS',
  'ACC_T_EXP_BITS',
  'ACC_T_SIG_BITS',
  'ACC_SCALE_T_IS_FLOAT',
  'ACC_SCALE_EXP_BITS',
  'ACC_SCALE_SIG_BITS',
]);

/** Follow from MAX_BYTES, DIM and the types; usually written as that formula. */
const DERIVED_MACROS = ['MAX_BLOCK_LEN', 'MAX_BLOCK_LEN_ACC'] as const;
const REQUIRED_MACROS = ['DIM', 'ADDR_LEN', 'BANK_NUM', 'BANK_ROWS', 'ACC_ROWS', 'MAX_BYTES'] as const;
const OPTIONAL_MACROS = ['XCUSTOM_ACC', 'NORM_STAT_IDS'] as const;
const FLAG_MACROS = [
  'HAS_MVIN_SCALE',
  'HAS_MVIN_ACC_SCALE',
  'ELEM_T_IS_FLOAT',
  'ELEM_T_IS_LOWPREC_FLOAT',
  'ELEM_T_SIG_BITS',
] as const;
const MEANT_MACROS = new Set<string>([...DERIVED_MACROS, ...REQUIRED_MACROS, ...OPTIONAL_MACROS, ...FLAG_MACROS]);

const LOCAL_ADDRESS_BITS = 32;
const C_ELEMENT_TYPES = { int8_t: 'int8', int16_t: 'int16', float: 'fp32' } as const;
const C_ACCUMULATOR_TYPES = { int32_t: 'int32', float: 'fp32' } as const;
const BF16_SIGNIFICAND_BITS = 8;

/**
 * @param text   the header
 * @param name   its file name, for messages
 * @returns a layer that sets every accelerator key the header speaks of
 */
export function importGemminiParams(text: string, name: string): Result<ConfigLayer, Diagnostic> {
  const header = new Header(text, name);
  const problems = [...header.unknownMacros(), ...REQUIRED_MACROS.flatMap((macro) => header.checkNumber(macro))];
  if (problems.length > 0) return fail(...problems);
  const number = (macro: string): number => header.number(macro)!;
  const elementType = elementTypeOf(header);
  const accumulatorType = C_ACCUMULATOR_TYPES[header.typedef('acc_t') as keyof typeof C_ACCUMULATOR_TYPES];
  if (elementType === undefined)
    problems.push(
      header.problem(
        `elem_t is ${header.typedef('elem_t') ?? 'not defined'}, must be int8_t, int16_t, float, or uint16_t with ELEM_T_IS_LOWPREC_FLOAT`,
      ),
    );
  if (accumulatorType === undefined)
    problems.push(header.problem(`acc_t is ${header.typedef('acc_t') ?? 'not defined'}, must be int32_t or float`));
  if (number('ADDR_LEN') !== LOCAL_ADDRESS_BITS)
    problems.push(header.problem(`ADDR_LEN is ${number('ADDR_LEN')}, must be ${LOCAL_ADDRESS_BITS}`));
  const { banks } = DEFAULT_MACHINE.accelerator.accumulator;
  if (number('ACC_ROWS') % banks !== 0)
    problems.push(
      header.problem(`ACC_ROWS is ${number('ACC_ROWS')}, must be a multiple of the accumulator's ${banks} banks`),
    );
  if (problems.length > 0) return fail(...problems);

  const statIds = header.number('NORM_STAT_IDS');
  const customOpcode = header.number('XCUSTOM_ACC');
  const accelerator = {
    ...(customOpcode === undefined ? {} : { customOpcode }),
    dim: number('DIM'),
    elementType,
    accumulatorType,
    mvinScaleType: header.has('HAS_MVIN_SCALE') ? scaleTypeOf(header, 'scale_t') : 'none',
    mvinScalesAccumulator: header.has('HAS_MVIN_ACC_SCALE'),
    accumulatorScaleType: scaleTypeOf(header, 'acc_scale_t'),
    scratchpad: { banks: number('BANK_NUM'), bankRows: number('BANK_ROWS') },
    accumulator: { banks, bankRows: number('ACC_ROWS') / banks },
    maxRowBytes: number('MAX_BYTES'),
    ...(statIds === undefined ? {} : { normStatIds: statIds }),
  };
  return succeed({ origin: `header ${name}`, values: { accelerator } });
}

function elementTypeOf(header: Header): string | undefined {
  const type = header.typedef('elem_t');
  if (header.has('ELEM_T_IS_LOWPREC_FLOAT'))
    return header.number('ELEM_T_SIG_BITS') === BF16_SIGNIFICAND_BITS ? 'bf16' : 'fp16';
  return C_ELEMENT_TYPES[type as keyof typeof C_ELEMENT_TYPES];
}

/** Scales are binary32 or, as 16-bit integers, binary16; any other type stands for a build without the multiplier. */
const scaleTypeOf = (header: Header, name: string): string =>
  header.typedef(name) === 'float' ? 'fp32' : header.typedef(name) === 'uint16_t' ? 'fp16' : 'none';

/** Macros and typedefs of a header. */
class Header {
  readonly #name: string;
  readonly #macros = new Map<string, { readonly value: string; readonly line: number }>();
  readonly #types = new Map<string, string>();

  constructor(text: string, name: string) {
    this.#name = name;
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const macro = /^\s*#\s*define\s+(\w+)(?:\([^)]*\))?\s*(.*?)\s*(?:\/\/.*)?$/.exec(line);
      if (macro !== null && !this.#macros.has(macro[1]!))
        this.#macros.set(macro[1]!, { value: macro[2]!, line: index + 1 });
      const type = /^\s*typedef\s+(\w+)\s+(\w+)\s*;/.exec(line);
      if (type !== null) this.#types.set(type[2]!, type[1]!);
    }
  }

  has(macro: string): boolean {
    return this.#macros.has(macro);
  }

  number(macro: string): number | undefined {
    const text = this.#macros.get(macro)?.value.replace(/^\((.*)\)$/, '$1');
    return text !== undefined && /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
  }

  typedef(name: string): string | undefined {
    return this.#types.get(name);
  }

  checkNumber(macro: string): Diagnostic[] {
    if (this.number(macro) !== undefined) return [];
    const found = this.#macros.get(macro);
    return [
      this.problem(
        `${macro} ${found === undefined ? 'is not defined' : `is ${found.value}`}, must be defined as a number`,
        found?.line,
      ),
    ];
  }

  unknownMacros(): Diagnostic[] {
    return [...this.#macros]
      .filter(([macro]) => !LIBRARY_MACROS.has(macro) && !MEANT_MACROS.has(macro))
      .map(([macro, { line }]) => this.problem(`${macro} is not a parameter of Gemmini`, line));
  }

  problem(message: string, line?: number): Diagnostic {
    const span = line === undefined ? undefined : { file: this.#name, line, column: 1, endColumn: 1 };
    return errorAt(
      'CFG006',
      span,
      line === undefined ? `${this.#name}: ${message}` : message,
      'the header must be one that the Gemmini generator writes',
    );
  }
}
