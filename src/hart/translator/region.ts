/**
 * Finding the code that is worth translating together: the basic blocks that are reached from a hot place by direct
 * control transfers, breadth first, inside a window of memory. Calls are followed, and so are the places they return to, so
 * that a hot loop keeps running inside its region when it calls small functions.
 */
import type { Decoded } from '../decoder.ts';
import { PAGE_BYTES } from '../layout.ts';
import { type InstructionRole, roleOf } from './instruction-roles.ts';

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
  /** Indices of the blocks through which control may come in. */
  readonly entries: readonly number[];
}

/** Part of physical memory that a region may cover. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

const MOST_INSTRUCTIONS = 1000;

/**
 * @param fetch decodes the instruction at a physical address; nothing when there is none to translate
 */
export function findRegion(
  seed: number,
  window: Window,
  fetch: (paddr: number) => Decoded | undefined,
): Region | undefined {
  const found = new Map<number, Decoded>();
  const leaders = new Set([seed]);
  const entries = new Set([seed]);
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
        // A backward target is taken for the head of a loop.
        lead(paddr + decoded.imm, decoded.imm < 0);
        lead(next, false);
      } else if (role === 'jump') {
        lead(paddr + decoded.imm, decoded.imm < 0 || decoded.rd !== 0);
        if (decoded.rd !== 0) lead(next, true);
      } else if (role === 'indirect') {
        if (decoded.rd !== 0) lead(next, true);
      } else if (role === 'host') {
        lead(next, true);
      }
      if (role !== 'plain') break;
      paddr = next;
    }
  }
  return assemble(found, leaders, entries);
}

/** Cuts the instructions found into blocks at their leaders. */
function assemble(
  found: ReadonlyMap<number, Decoded>,
  leaders: ReadonlySet<number>,
  entries: ReadonlySet<number>,
): Region | undefined {
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
  const index = new Map(blocks.map(({ start }, k) => [start, k]));
  return blocks.length === 0
    ? undefined
    : { blocks, entries: [...entries].flatMap((paddr) => index.get(paddr) ?? []).sort((a, b) => a - b) };
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
