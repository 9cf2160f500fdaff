import { ASSEMBLER_ALIASES, PRINTED_ALIASES } from '../../src/isa/aliases.ts';
import { type BitPattern, fieldRange, type InstructionField } from '../../src/isa/bit-pattern.ts';
import { CSRS } from '../../src/isa/csrs.ts';
import { FLOAT_REGISTERS, INTEGER_REGISTERS, ROUNDING_MODES } from '../../src/isa/registers.ts';
import { INSTRUCTIONS } from '../../src/isa/rv64.ts';
import { COMPRESSED } from '../../src/isa/rvc.ts';
import type { SeededRandom } from '../../src/support/random.ts';

const MODES = ROUNDING_MODES.filter((mode) => mode !== undefined);

/** A value of the field: often an edge, else anything, a multiple of its step. */
function value(random: SeededRandom, field: InstructionField): number {
  const { min, max } = fieldRange(field);
  const step = 2 ** field.zeroBits;
  if (random.chance(0.3))
    return random.pick(
      [min, max, Math.max(min, -32), Math.min(max, 31), Math.max(min, 0)].map((x) => Math.round(x / step) * step),
    );
  const span = random.chance(0.5) ? Math.min(max, 40 * step) : max;
  const low = random.chance(0.5) ? Math.max(min, -40 * step) : min;
  return Math.round(random.int(low, span + 1) / step) * step || 0;
}

const register = (random: SeededRandom, names: readonly string[], isShort: boolean): string =>
  isShort || random.chance(0.6) ? names[random.int(8, 16)]! : random.pick(names);

/** Text of one operand. */
function operand(random: SeededRandom, kind: string, pattern: BitPattern): string {
  const immediate = (name: string): number => value(random, pattern.fields.get(name)!);
  const integer = (isShort = false): string => register(random, INTEGER_REGISTERS, isShort);
  switch (kind) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return integer();
    case 'fd':
    case 'fs1':
    case 'fs2':
    case 'fs3':
    case 'fs1=fs2':
      return register(random, FLOAT_REGISTERS, false);
    case "rd'":
    case "rs1'":
    case "rs2'":
      return integer(true);
    case "fd'":
    case "fs2'":
      return register(random, FLOAT_REGISTERS, true);
    case 'sp':
      return 'sp';
    case 'imm':
    case 'uimm':
      return String(immediate(kind));
    case 'hi':
      return String((immediate('imm') >>> 12) & 0xfffff);
    case '(rs1)':
      return `(${integer()})`;
    case 'imm(rs1)':
      return `${random.chance(0.5) ? Math.abs(immediate('imm') >> 4) * 4 : immediate('imm')}(${random.chance(0.3) ? 'sp' : integer()})`;
    case "uimm(rs1')":
      return `${immediate('uimm')}(${integer(true)})`;
    case 'uimm(sp)':
      return `${immediate('uimm')}(sp)`;
    case 'branch':
    case 'jump':
      return random.pick(['0b', '1f', 'near', 'far', 'away', 'near + 4']);
    case 'csr':
      return random.pick(CSRS.filter(({ name }) => !['tinfo', 'tcontrol'].includes(name))).name;
    case 'pred':
    case 'succ':
      return random.pick(['r', 'w', 'rw', 'i', 'o', 'io', 'iorw', 'ir']);
    case 'rm':
      return random.pick(MODES);
    default:
      throw new Error(`no text for operand kind ${kind}`);
  }
}

interface Statement {
  readonly name: string;
  readonly operands: readonly string[];
  readonly pattern: BitPattern;
}

const STATEMENTS: readonly Statement[] = [
  ...INSTRUCTIONS.filter(({ extension }) => extension !== 'X').flatMap((def) =>
    (def.fields.has('aq') ? ['', '.aq', '.rl', '.aqrl'] : ['']).map((suffix) => ({
      name: def.name + suffix,
      operands: def.operands,
      pattern: def,
    })),
  ),
  ...[...PRINTED_ALIASES, ...ASSEMBLER_ALIASES]
    .filter(({ name }) => !['pause', 'zext.b'].includes(name))
    .map(({ name, operands, instruction }) => ({ name, operands, pattern: instruction })),
];

/** A compressed instruction by name would reach no farther than its own offset: no branches by name. */
const COMPRESSED_STATEMENTS: readonly Statement[] = COMPRESSED.filter(
  ({ operands, name }) => !operands.includes('branch') && !operands.includes('jump') && name !== 'c.nop',
).map((def) => ({ name: def.name, operands: def.operands, pattern: def }));

function statement(random: SeededRandom, isCompressed: boolean): string {
  const { name, operands, pattern } = random.pick(isCompressed ? COMPRESSED_STATEMENTS : STATEMENTS);
  const texts = operands.map((kind) => operand(random, kind === 'rne' ? 'rm' : kind, pattern));
  const last = operands.at(-1);
  if (last === 'rne' || (last === 'rm' && random.chance(0.5))) texts.pop();
  return `${name} ${texts.join(', ')}`;
}

/** The reserved values that tables exclude: rejected by both assemblers, not by design of the generator. */
const isReserved = (text: string): boolean =>
  /^c\.(addi4spn|addi16sp).* 0$/.test(text) ||
  /^c\.(lui|slli|srli|srai|addi|addi16sp) .*, 0$/.test(text) ||
  /^c\.(addi|addiw|lui|lwsp|ldsp|jr|jalr|li|slli|add|mv) (zero|.*, zero$)/.test(text) ||
  /^c\.lui sp/.test(text);

/** A source of `count` random instructions with labels among them that branches go to. */
export function randomSource(random: SeededRandom, count: number): string {
  const lines = [random.pick(['.option relax', '.option norelax']), 'near:', '0:'];
  let canCompress = true;
  for (let i = 0; i < count; i++) {
    if (i === count >> 1) lines.push('.zero 5000', 'far:');
    if (random.chance(0.1)) lines.push(random.pick(['0:', '1:', '.align 3']));
    if (random.chance(0.02)) {
      canCompress = !canCompress;
      lines.push(canCompress ? '.option rvc' : '.option norvc');
    }
    const isCompressed = canCompress && random.chance(0.15);
    let text = statement(random, isCompressed);
    while (isReserved(text)) text = statement(random, isCompressed);
    lines.push(text);
  }
  return [...lines, '1: nop', ''].join('\n');
}
