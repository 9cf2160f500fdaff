/**
 * Branches around a few additions and the like, as compilers write minima, maxima, clipping and conditional sums. RISC-V has no
 * conditional move; the processor that we run on has, and a branch that it cannot predict costs more than both arms.
 */
import { get, type Local, type Statement, select, sequence, set } from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import type { Decoded } from '../decoder.ts';
import { INTEGER } from '../semantics/integer.ts';
import type { Region } from './region.ts';
import type { RegisterLocals } from './registers.ts';

/** A branch whose two ways meet again after one short block each, or none. */
export interface ShortBranch {
  readonly taken: readonly Decoded[];
  readonly fallen: readonly Decoded[];
  /** Physical address where they meet. */
  readonly join: number;
  /** Nodes of the blocks between. */
  readonly arms: readonly number[];
}

const MOST_INSTRUCTIONS = 3;
const isCheap = ({ name, rd }: Decoded): boolean => name in INTEGER && !/^(mul|div|rem|auipc)/.test(name) && rd !== 0;

/** The short branches of a region, by the node that ends in them. */
export function findShortBranches({ blocks, successors, entries }: Region): ReadonlyMap<number, ShortBranch> {
  const nodes = new Map(blocks.map(({ start }, node) => [start, node]));
  const predecessors = new Int32Array(blocks.length);
  for (const targets of successors) for (const to of targets) predecessors[to]!++;
  /** What is done on the way from an address to where ways may meet. */
  const armAt = (start: number): Arm => {
    const node = nodes.get(start);
    const block = node === undefined ? undefined : blocks[node]!;
    if (block === undefined || predecessors[node!] !== 1 || entries.includes(node!)) return undefined;
    // A plain jump only leads to the join; it retires like the others.
    const isJump = block.role === 'jump' && block.instructions.at(-1)!.rd === 0;
    const work = isJump ? block.instructions.slice(0, -1) : block.instructions;
    if (!(isJump || block.role === 'none') || work.length > MOST_INSTRUCTIONS || !work.every(isCheap)) return undefined;
    return { node: node!, body: block.instructions, join: block.target ?? block.end };
  };
  const found = new Map<number, ShortBranch>();
  for (const [node, { role, target, end }] of blocks.entries()) {
    if (role !== 'branch' || target === end) continue;
    const [taken, fallen] = [armAt(target!), armAt(end)];
    const short = meet(target!, end, taken, fallen);
    if (short !== undefined && nodes.has(short.join)) found.set(node, short);
  }
  return found;
}

type Arm = { readonly node: number; readonly body: readonly Decoded[]; readonly join: number } | undefined;

function meet(target: number, end: number, taken: Arm, fallen: Arm): ShortBranch | undefined {
  if (fallen?.join === target) return { taken: [], fallen: fallen.body, join: target, arms: [fallen.node] };
  if (taken?.join === end) return { taken: taken.body, fallen: [], join: end, arms: [taken.node] };
  if (taken === undefined || taken.join !== fallen?.join) return undefined;
  return { taken: taken.body, fallen: fallen.body, join: taken.join, arms: [taken.node, fallen.node] };
}

/** Instructions of the longer arm. */
export const longestArm = ({ taken, fallen }: ShortBranch): number => Math.max(taken.length, fallen.length);

/**
 * Does the work of both arms and keeps that of one.
 * @param translate code of an instruction on the registers' locals
 * @param isTaken   the branch's condition
 */
export function selectArm(
  { taken, fallen }: ShortBranch,
  scope: FunctionScope,
  registers: RegisterLocals,
  isTaken: Local<'i32'>,
  translate: (decoded: Decoded) => Statement,
): Statement {
  const work = (arm: readonly Decoded[]): Decoded[] => arm.filter(({ name }) => name !== 'jal');
  const written = (arm: readonly Decoded[]): Set<number> => new Set(work(arm).map(({ rd }) => rd));
  const [byTaken, byFallen] = [written(taken), written(fallen)];
  const copies = [...new Set([...byTaken, ...byFallen])].map((number) => ({
    number,
    register: registers.integer(number),
    before: scope.local('i64'),
    afterFallen: scope.local('i64'),
  }));
  return sequence(
    ...copies.map(({ register, before }) => set(before, get(register))),
    ...work(fallen).map(translate),
    ...copies.flatMap(({ register, before, afterFallen }) => [
      set(afterFallen, get(register)),
      set(register, get(before)),
    ]),
    ...work(taken).map(translate),
    ...copies.map(({ register, afterFallen }) => set(register, select(get(isTaken), get(register), get(afterFallen)))),
  );
}
