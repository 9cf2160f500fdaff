/**
 * Pseudo-instructions that stand for several instructions, in words: the assembler has the code that emits them.
 * @source RISC-V assembly programmer's manual, "Pseudo Instructions"
 */
export interface PseudoInstructionText {
  readonly name: string;
  readonly operands: string;
  readonly sequence: string;
  readonly summary: string;
}

const row = (name: string, operands: string, sequence: string, summary: string): PseudoInstructionText => ({
  name,
  operands,
  sequence,
  summary,
});

export const PSEUDO_INSTRUCTIONS: readonly PseudoInstructionText[] = [
  row('li', 'rd, constant', 'addi; lui and addiw; or these with slli and addi', 'rd = any 64-bit constant'),
  row('la', 'rd, symbol', 'auipc and addi', 'rd = address of the symbol'),
  row('lla', 'rd, symbol', 'auipc and addi', 'rd = address of the symbol, never through a table'),
  row('call', 'symbol', 'auipc and jalr', 'call a function however far away; ra holds the way back'),
  row('tail', 'symbol', 'auipc t1 and jalr', 'jump to a function that returns to our caller'),
  row('jump', 'symbol, rt', 'auipc rt and jalr', 'jump however far away, with rt as a temporary'),
  row('sext.b', 'rd, rs1', 'slli and srai', 'rd = low byte of rs1, sign-extended'),
  row('sext.h', 'rd, rs1', 'slli and srai', 'rd = low halfword of rs1, sign-extended'),
  row('zext.h', 'rd, rs1', 'slli and srli', 'rd = low halfword of rs1, zero-extended'),
  row('zext.w', 'rd, rs1', 'slli and srli', 'rd = low word of rs1, zero-extended'),
];
