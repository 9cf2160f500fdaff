import type { TracedBlock } from '../../hart/host-trace.ts';
import type { TimingConfig } from '../config.ts';
import { type BranchPredictor, NO_SITE, type TransferSite } from './branch-predictor.ts';
import { isLink, PACKET, type PipelineInstruction, pipelineInstruction, UNIT } from './instruction-costs.ts';

/** How a block ends, as far as fetch cares; `none`: nothing that could send it elsewhere. */
export type BlockEnd = 'none' | 'branch' | 'jump' | 'call' | 'register-jump' | 'register-call' | 'return';

/** A traced block with everything that does not change from run to run worked out. */
export interface PipelineBlock {
  /** Addresses of the first instruction; virtual ones in 48 bits. */
  readonly pc: number;
  readonly paddr: number;
  /** Of the first instruction: packets that its first and last byte are in, and is it of 4 bytes in two packets? */
  readonly firstPacket: number;
  readonly lastPacketOfFirst: number;
  /** Cache line of the first packet. */
  readonly firstLine: number;
  readonly startsSplit: boolean;
  /** Packet of the first instruction if that begins in its middle, or −1. */
  readonly enteredPacket: number;
  readonly instructions: readonly PipelineInstruction[];
  /** Address of each instruction, and of what follows the last one. */
  readonly pcs: readonly number[];
  /** Words of operands in its records. */
  readonly operandWords: number;
  readonly ending: BlockEnd;
  /** Where its last instruction is, for the predictor, if that is a transfer. */
  readonly site: TransferSite;
}

export function pipelineBlock(block: TracedBlock, predictor: BranchPredictor, config: TimingConfig): PipelineBlock {
  const pc = Number(BigInt.asUintN(48, block.pc));
  const pcs = [pc];
  const instructions: PipelineInstruction[] = [];
  let end = pc;
  let operandWords = 0;
  for (const one of block.instructions) {
    const instruction = pipelineInstruction(one, end, config);
    instructions.push(instruction);
    operandWords += instruction.operandWords;
    end += one.length;
    pcs.push(end);
  }
  const packetOf = (addr: number): number => Math.floor(addr / PACKET);
  const ending = endOf(block, instructions.at(-1)!);
  return {
    pc,
    paddr: block.paddr,
    firstPacket: packetOf(pc),
    lastPacketOfFirst: packetOf(pcs[1]! - 1),
    firstLine: Math.floor(pc / config.cache.lineBytes),
    startsSplit: instructions[0]!.isSplit,
    enteredPacket: pc % PACKET === 0 ? -1 : packetOf(pc),
    instructions,
    pcs,
    operandWords,
    ending,
    site: ending === 'none' ? NO_SITE : predictor.site(packetOf(end - 2) * PACKET),
  };
}

function endOf({ instructions }: TracedBlock, { unit }: PipelineInstruction): BlockEnd {
  const { rd, rs1 } = instructions.at(-1)!;
  switch (unit) {
    case UNIT.branch:
      return 'branch';
    case UNIT.jump:
      return isLink(rd) ? 'call' : 'jump';
    case UNIT['jump-register']:
      if (isLink(rd)) return 'register-call';
      return isLink(rs1) ? 'return' : 'register-jump';
    default:
      return 'none';
  }
}
