/**
 * Hot-code translation. Where the hart is at the end of a quantum is a fair sample of where it spends its instructions; a
 * place that is seen again and again is worth a region. Regions are compiled one at a time, when they have earned it, so a
 * short program never pays. The record of each entry then names the region's code instead of the interpreter's handler.
 */
import type { CodePages } from '../code-pages.ts';
import { type Decoded, decodeInstruction } from '../decoder.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { HartState } from '../hart-state.ts';
import { FIRST_FREE_ENTRY } from '../interpreter.ts';
import { HART, PAGE_BYTES } from '../layout.ts';
import { findRegion, instructionAddresses, pageOf, type Region, regionPages } from './region.ts';
import { type RegionPlace, writeRegion } from './region-code.ts';

/** Samples in one stretch of code before it is translated: about as many instructions as compiling costs. */
const HOT_SAMPLES = 40;
const STRETCH_BYTES = 512;
/** Table entries for translated code; when they are used up, everything is translated anew. */
const MOST_ENTRIES = 0x4000;
/** Pages before and behind a hot place that its region may cover. */
const WINDOW_PAGES = 8;

/** Id of the traced block that starts at a physical and a virtual address; see host-trace.ts. */
export type BlockIds = (paddr: number, pc: bigint) => number;

interface Installed {
  readonly pages: ReadonlySet<number>;
  /** Records that name the region's entries. */
  readonly records: readonly number[];
}

/** What translated code calls and shares. */
export interface TranslatorImports {
  readonly host: WebAssembly.ModuleImports & { readonly table: WebAssembly.Table };
  /** Exports of the interpreter's module. */
  readonly interpreter: WebAssembly.Exports;
}

export class Translator {
  readonly #memory: GuestMemory;
  readonly #pages: CodePages;
  readonly #imports: TranslatorImports;
  /** Is the host trace written? */
  readonly #observes: boolean;
  readonly #samples = new Map<number, number>();
  /** Physical addresses of the instructions that have been translated. */
  readonly #translated = new Set<number>();
  /** Physical addresses that jumps to computed addresses were seen to go to. */
  readonly #jumpTargets = new Set<number>();
  #regions: Installed[] = [];
  #nextEntry = FIRST_FREE_ENTRY;

  constructor(memory: GuestMemory, pages: CodePages, imports: TranslatorImports, observes: boolean) {
    this.#observes = observes;
    this.#memory = memory;
    this.#pages = pages;
    this.#imports = imports;
  }

  get regions(): number {
    return this.#regions.length;
  }

  /** The hart has just used up a quantum and is in code that it has executed. */
  sample(state: HartState, idOf: BlockIds): void {
    const isInterpreted = state.get32(HART.usesRegions) === 0;
    state.set32(HART.usesRegions, 0);
    const paddr = this.#pages.physicalPc(state);
    if (paddr === undefined) return;
    // A translated place is hot again when a whole quantum passed there without coming to an entry.
    if (!isInterpreted && this.#translated.has(paddr)) return;
    const { pc } = state;
    const page = pageOf(paddr);
    this.#noteTarget(state, page, pc);
    const stretch = Math.floor(paddr / STRETCH_BYTES);
    const samples = (this.#samples.get(stretch) ?? 0) + 1;
    this.#samples.set(stretch, samples);
    if (samples < HOT_SAMPLES) return;
    this.#samples.delete(stretch);
    this.#translate(state, paddr, page, pc - BigInt(paddr), idOf);
  }

  /** Remembers where control came to the page of the pc, for the jumps whose targets no one can see. */
  #noteTarget(state: HartState, page: number, pc: bigint): void {
    const distance = Number(BigInt.asIntN(64, state.get64(HART.jumpTarget) - pc));
    const target = page + Number(pc % BigInt(PAGE_BYTES)) + distance;
    if (target >= page && target < page + PAGE_BYTES) this.#jumpTargets.add(target);
  }

  #translate(state: HartState, seed: number, page: number, virtualOffset: bigint, idOf: BlockIds): void {
    const isDirect = state.get32(HART.isDirect) !== 0;
    const range = this.#memory.ranges.find(({ base, bytes }) => page >= base && page + PAGE_BYTES <= base + bytes)!;
    const span = isDirect ? WINDOW_PAGES * PAGE_BYTES : 0;
    const window = {
      start: Math.max(range.base, page - span),
      end: Math.min(range.base + range.bytes, page + PAGE_BYTES + span),
    };
    const code = this.#memory.locate(window.start, window.end - window.start)!;
    const { view } = this.#memory;
    const fetch = (paddr: number) => {
      const decoded = fetchInstruction(view, code + paddr - window.start, window.end - paddr);
      // The observer waits for fences: the interpreter knows how.
      return this.#observes && decoded?.name === 'fence' ? undefined : decoded;
    };
    const region = findRegion(seed, window, fetch, this.#jumpTargets);
    if (region === undefined) return;
    if (this.#nextEntry + region.entries.length > MOST_ENTRIES) this.clear();
    this.#install(region, {
      virtualOffset,
      direct: isDirect
        ? { base: range.base, bytes: this.#memory.presentBytes(range), linear: range.offset }
        : undefined,
      recordsOf: (one) => this.#pages.records(one),
      firstTableEntry: this.#nextEntry,
      blockId: this.#observes ? (start) => idOf(start, BigInt.asUintN(64, BigInt(start) + virtualOffset)) : undefined,
    });
  }

  #install(region: Region, place: RegionPlace): void {
    const pages = regionPages(region);
    for (const page of pages) this.#pages.records(page);
    const { bytes, entries } = writeRegion(region, place);
    const { table } = this.#imports.host;
    const missing = place.firstTableEntry + entries.length - table.length;
    if (missing > 0) table.grow(missing);
    const { host, interpreter } = this.#imports;
    new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      host: { ...host, enter: interpreter.enter! },
    });
    const records = entries.map(({ start }) => this.#pages.recordOf(pageOf(start), start % PAGE_BYTES));
    for (const [k, record] of records.entries()) this.#pages.setEntry(record, place.firstTableEntry + k);
    for (const paddr of instructionAddresses(region)) this.#translated.add(paddr);
    this.#nextEntry += entries.length;
    this.#regions.push({ pages, records });
  }

  /** The code of a page has changed, or its records are gone. */
  dropPage(page: number): void {
    const dropped = this.#regions.filter(({ pages }) => pages.has(page));
    if (dropped.length === 0) return;
    for (const { records } of dropped) for (const record of records) this.#pages.resetEntry(record);
    this.#regions = this.#regions.filter(({ pages }) => !pages.has(page));
    this.#translated.clear();
  }

  /** Nothing that was translated is valid any more. */
  clear(): void {
    for (const { records } of this.#regions) for (const record of records) this.#pages.resetEntry(record);
    this.#regions = [];
    this.#translated.clear();
    this.#samples.clear();
    this.#jumpTargets.clear();
    this.#nextEntry = FIRST_FREE_ENTRY;
  }
}

/** @param room bytes that may be looked at */
function fetchInstruction(bytes: DataView, offset: number, room: number): Decoded | undefined {
  if (room < 2) return undefined;
  const low = bytes.getUint16(offset, true);
  if ((low & 3) !== 3) return decodeInstruction(low);
  if (room < 4) return undefined;
  const decoded = decodeInstruction(low | (bytes.getUint16(offset + 2, true) << 16));
  // Records hold no word of an instruction that straddles pages, which floating point needs when it traps.
  const isStraddling = offset % PAGE_BYTES === PAGE_BYTES - 2;
  return isStraddling && decoded?.name.startsWith('f') ? undefined : decoded;
}
