/**
 * Finding the code that is worth translating together: the basic blocks that are reached from a hot place by direct
 * control transfers, breadth first, inside a window of memory. Calls are followed, and so are the places they return to, so
 * that a hot loop keeps running inside its region when it calls small functions.
 */
import type { Decoded } from '../decoder.ts';
import { PAGE_BYTES } from '../layout.ts';
import { analyzeFlow } from './flow-graph.ts';
import { type InstructionRole, roleOf } from './instruction-roles.ts';
import { findShortBranches } from './short-branches.ts';

export interface RegionBlock {
  /** Physical address of the first instruction. */
  readonly start: number;
  readonly instructions: readonly Decoded[];
  /** Physical address behind the last instruction. */
  readonly end: number;
  /** How the block ends; `none`: it runs into the block at `end`, or out of the region. `host`: before an instruction that the host executes. */
  readonly role: InstructionRole | 'none';
  /** Where a branch or jump goes. */
  readonly target?: number;
}

export interface Region {
  readonly blocks: readonly RegionBlock[];
  /** Indices of the blocks that control may go to directly, for each block. */
  readonly successors: readonly (readonly number[])[];
  /** Indices of the blocks through which control may come in. */
  readonly entries: readonly number[];
}

/** Part of physical memory that a region may cover. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

const MOST_INSTRUCTIONS = 300;
/** How far from a computed jump its targets are looked for: the size of a large function with a switch. */
const MOST_SWITCH_BYTES = 2048;
/** By the calling convention's hint: a jump to x1 or x5. */
const isReturn = ({ rs1 }: Decoded): boolean => rs1 === 1 || rs1 === 5;

/**
 * @param fetch       decodes the instruction at a physical address; nothing when there is none to translate
 * @param jumpTargets physical addresses that computed jumps are known to go to
 */
export function findRegion(
  seed: number,
  window: Window,
  fetch: (paddr: number) => Decoded | undefined,
  jumpTargets: ReadonlySet<number>,
): Region | undefined {
  const found = new Map<number, Decoded>();
  const leaders = new Set([seed]);
  const entries = new Set<number>();
  const queue = [seed];
  const lead = (paddr: number, isEntry: boolean): void => {
    if (paddr < window.start || paddr >= window.end) return;
    if (isEntry) entries.add(paddr);
    if (leaders.has(paddr)) return;
    leaders.add(paddr);
    queue.push(paddr);
  };
  for (let start = queue.shift(); start !== undefined && found.size < MOST_INSTRUCTIONS; start = queue.shift()) {
    for (let paddr = start; paddr < window.end && !found.has(paddr); ) {
      const decoded = fetch(paddr);
      if (decoded === undefined) break;
      found.set(paddr, decoded);
      const next = paddr + decoded.length;
      const role = roleOf(decoded.name);
      if (role === 'branch') {
        lead(paddr + decoded.imm, false);
        lead(next, false);
      } else if (role === 'jump') {
        lead(paddr + decoded.imm, decoded.rd !== 0);
        if (decoded.rd !== 0) lead(next, true);
      } else if (role === 'indirect') {
        if (decoded.rd !== 0) lead(next, true);
        else if (!isReturn(decoded))
          for (const target of jumpTargets) if (Math.abs(target - paddr) < MOST_SWITCH_BYTES) lead(target, true);
      } else if (role === 'host') {
        lead(next, true);
      }
      if (role !== 'plain') break;
      paddr = next;
    }
  }
  const blocks = cutBlocks(found, leaders);
  const index = new Map(blocks.map((one, k) => [one.start, k]));
  const first = index.get(seed);
  if (first === undefined) return undefined;
  const others = [...entries].flatMap((paddr) => index.get(paddr) ?? []).sort((a, b) => a - b);
  const successors = blocks.map((one) => successorsOf(one, index));
  return { blocks, successors, entries: [...new Set([chooseHead(blocks, successors, first, others), ...others])] };
}

/** Cuts the instructions found into blocks at their leaders. */
function cutBlocks(found: ReadonlyMap<number, Decoded>, leaders: ReadonlySet<number>): RegionBlock[] {
  const blocks: RegionBlock[] = [];
  for (const start of [...leaders].sort((a, b) => a - b)) {
    const instructions: Decoded[] = [];
    let end = start;
    let role: RegionBlock['role'] = 'none';
    let target: number | undefined;
    do {
      const decoded = found.get(end);
      if (decoded === undefined) break;
      const own = roleOf(decoded.name);
      if (own !== 'plain') role = own;
      if (own === 'host') break;
      if (own === 'branch' || own === 'jump') target = end + decoded.imm;
      instructions.push(decoded);
      end += decoded.length;
    } while (role === 'none' && !leaders.has(end));
    if (instructions.length > 0)
      blocks.push({ start, instructions, end, role, ...(target !== undefined && { target }) });
  }
  return blocks;
}

/** Blocks that control may go to directly. */
function successorsOf({ role, end, target }: RegionBlock, index: ReadonlyMap<number, number>): number[] {
  const places = role === 'branch' ? [end, target!] : role === 'jump' ? [target!] : role === 'none' ? [end] : [];
  return [...new Set(places.flatMap((paddr) => index.get(paddr) ?? []))];
}

/**
 * The block to come in by: the head of the innermost loop around the place that was found hot, because there it will be
 * again at once. Of several candidates the best is the one that leaves most of the control flow structured. Arms of short
 * branches are none: they are to vanish.
 */
function chooseHead(
  blocks: readonly RegionBlock[],
  successors: readonly (readonly number[])[],
  hot: number,
  others: readonly number[],
): number {
  const candidates = new Map<number, number>();
  for (const [from, targets] of successors.entries())
    for (const to of targets)
      if (to <= hot && hot <= from) candidates.set(to, Math.min(candidates.get(to) ?? Infinity, from - to));
  const shortBranches = findShortBranches({ blocks, successors, entries: others });
  const arms = new Set([...shortBranches.values()].flatMap((one) => one.arms));
  let best = hot;
  let least = Infinity;
  const bySpan = [...candidates].sort((a, b) => a[1] - b[1]).slice(0, MOST_CANDIDATES);
  for (const [head] of bySpan) {
    if (arms.has(head) || !reaches(successors, head, hot)) continue;
    const { length } = analyzeFlow(successors, [...new Set([head, ...others])]).dispatched;
    if (length >= least) continue;
    best = head;
    least = length;
  }
  return best;
}

const MOST_CANDIDATES = 6;

function reaches(successors: readonly (readonly number[])[], from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const node of seen) {
    if (node === to) return true;
    for (const next of successors[node]!) seen.add(next);
  }
  return false;
}

/** Pages that the region's instructions come from, by address. */
export const regionPages = ({ blocks }: Region): ReadonlySet<number> =>
  new Set(blocks.flatMap(({ start, end }) => [pageOf(start), pageOf(end - 1)]));
export const pageOf = (paddr: number): number => paddr - (paddr % PAGE_BYTES);

/** Physical addresses of all instructions of the region. */
export function* instructionAddresses({ blocks }: Region): Generator<number> {
  for (const { start, instructions } of blocks) {
    let paddr = start;
    for (const { length } of instructions) {
      yield paddr;
      paddr += length;
    }
  }
}
