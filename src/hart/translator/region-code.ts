/**
 * A region as a WebAssembly module: one function with the guest's registers in locals, and one small function per entry
 * that the records of the entries name. Control inside the region is structured (`flow-graph.ts`); it leaves by tail calls,
 * to `enter` with the pc in the state, or to the interpreter's handler of an instruction that is not translated or that
 * may not run to the end of its block because the fuel is short.
 */
import {
  branch,
  branchIf,
  branchTable,
  type Callee,
  type Code,
  call,
  END,
  type F64,
  f64,
  get,
  type I32,
  type I64,
  i32,
  i64,
  type Local,
  OPEN,
  type Statement,
  select,
  sequence,
  set,
  tailCall,
  tailCallIndirect,
  tee,
  unreachable,
  type ValueType,
  when,
} from '../../wasm/code.ts';
import { FunctionScope, ModuleWriter } from '../../wasm/module-writer.ts';
import type { Decoded } from '../decoder.ts';
import { isFloatSettled } from '../float-state.ts';
import { MOST_WASM_PAGES } from '../guest-memory.ts';
import { fetchEntry, HANDLER } from '../interpreter.ts';
import { FETCH, HART, PAGE_BYTES, RECORD, RECORD_TO_PC_SHIFT } from '../layout.ts';
import { importTraceFunctions, openBlock, openKnownBlock, type TraceImports } from '../trace-code.ts';
import { type DispatchTable, dispatchTable, HALFWORD_BYTES } from './dispatch-table.ts';
import { analyzeFlow, type FlowGraph } from './flow-graph.ts';
import { depthOf, isAfter, isDispatch, isEnter, isInterpret, isLoop, type Labels } from './labels.ts';
import { pageOf, type Region, type RegionBlock } from './region.ts';
import { type BlockFacts, type RegionContext, RegionOperands, type Transfer } from './region-operands.ts';
import { type RegisterLocals, registersOf } from './registers.ts';
import { findShortBranches, longestArm, type ShortBranch, selectArm } from './short-branches.ts';

/** What translated code is made for, and what must hold when it is entered. */
export interface RegionPlace {
  /** Added to a physical address gives the virtual one. */
  readonly virtualOffset: bigint;
  /**
   * The hart is in machine mode without protection or translation, and its RAM is here: loads and stores need no lookup.
   * Without it, the region is one page.
   */
  readonly direct: { readonly base: number; readonly bytes: number; readonly linear: number } | undefined;
  /** Linear address of the records of a page of the region. */
  recordsOf(page: number): number;
  /** Table entry of the region's first entry; the others follow in order. */
  readonly firstTableEntry: number;
  /** Id of the traced block that starts at a physical address, when the host trace is written. */
  readonly blockId: ((paddr: number) => number) | undefined;
}

export interface RegionModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Blocks whose records name the table entries from `firstTableEntry` on. */
  readonly entries: readonly RegionBlock[];
}

const MAIN = { parameters: ['i32', 'i32', 'i32'], result: 'i32' } as const;

export function writeRegion(region: Region, place: RegionPlace): RegionModule {
  return new RegionWriter(region, place).write();
}

class RegionWriter {
  readonly #region: Region;
  readonly #place: RegionPlace;
  readonly #writer = new ModuleWriter();
  readonly #scope = new FunctionScope(MAIN.parameters);
  readonly #state = this.#scope.parameter('i32', 0);
  readonly #fuel = this.#scope.parameter('i32', 1);
  /** Where the dispatcher goes; see `DispatchTable`. */
  readonly #next = this.#scope.parameter('i32', 2);
  readonly #pc = this.#scope.local('i64');
  readonly #record = this.#scope.local('i32');
  readonly #isFloatSettled = this.#scope.local('i32');
  readonly #registers: RegisterLocals;
  readonly #flow: FlowGraph;
  readonly #dispatch: DispatchTable;
  readonly #shortBranches: ReadonlyMap<number, ShortBranch>;
  readonly #blockAt: ReadonlyMap<number, number>;
  readonly #type: number;
  readonly #context: RegionContext;
  readonly #enter: Callee<'i32'>;
  readonly #trace: TraceImports | undefined;
  readonly #code: number[] = [];

  constructor(region: Region, place: RegionPlace) {
    this.#region = region;
    this.#place = place;
    this.#blockAt = new Map(region.blocks.map(({ start }, k) => [start, k]));
    this.#flow = analyzeFlow(region.successors, region.entries);
    // The trace must know which addresses are the region's own before control goes there.
    this.#dispatch = dispatchTable(region, this.#flow.dispatched, place.blockId === undefined);
    // The trace names the blocks that control goes through.
    this.#shortBranches = place.blockId === undefined ? findShortBranches(region) : new Map();
    this.#registers = registersOf(region, this.#scope);
    this.#trace = place.blockId === undefined ? undefined : importTraceFunctions(this.#writer);
    this.#enter = this.#writer.importFunction('host', 'enter', { parameters: ['i32', 'i32'], result: 'i32' });
    this.#writer.importMemory('host', 'memory', 0, MOST_WASM_PAGES);
    this.#writer.importTable('host', 'table', 0);
    this.#type = this.#writer.signature(HANDLER);
    const spill = this.#writeSpill();
    this.#context = {
      scope: this.#scope,
      state: this.#state,
      fuel: this.#fuel,
      place,
      trace: this.#trace,
      isFloatSettled: this.#isFloatSettled,
      handlerType: this.#type,
      spillAll: call(spill, get(this.#state), ...this.#registers.written.map(({ local }) => get(local))),
    };
  }

  /** (state, registers…): writes them to the state. Out of line, for the many places that rarely need it. */
  #writeSpill(): Callee<'none'> {
    const { written } = this.#registers;
    const parameters = ['i32' as const, ...written.map(({ local }) => local.type)];
    return this.#writer.function({ parameters, result: 'none' }, (scope) =>
      sequence(
        ...written.map(({ offset, local: { type } }, k) =>
          storeRegister(scope.parameter('i32', 0), offset, scope.parameter(type, k + 1)),
        ),
      ),
    );
  }

  write(): RegionModule {
    const main = this.#writer.declare(MAIN);
    this.#scope.recycle();
    this.#writer.define(main, this.#scope, this.#body());
    const entries = this.#region.entries.map((node) => ({
      node,
      callee: this.#writer.function(HANDLER, (scope) => this.#entry(scope, main, this.#dispatch.numberOf(node), node)),
    }));
    this.#writer.placeInTable(
      this.#place.firstTableEntry,
      entries.map(({ callee }) => callee),
    );
    return { bytes: this.#writer.finish(), entries: entries.map(({ node }) => this.#region.blocks[node]!) };
  }

  /** Goes into the region when the code is where it was translated for, and otherwise interprets. */
  #entry(scope: FunctionScope, main: Callee, target: number, node: number): Statement {
    const [state, record, fuel] = [scope.parameter('i32', 0), scope.parameter('i32', 1), scope.parameter('i32', 2)];
    const interpret = tailCallIndirect(
      this.#type,
      i32.load16(get(record), RECORD.handler.offset),
      get(state),
      get(record),
      get(fuel),
    );
    const bias = this.#biasOf(this.#region.blocks[node]!.start);
    return sequence(
      when(i64.ne(i64.load(get(state), HART.bias.offset), i64.const(bias)), interpret),
      this.#place.direct === undefined ? [] : when(i32.isZero(i32.load(get(state), HART.isDirect.offset)), interpret),
      // Tells the translator that code it made is in use.
      i32.store(get(state), i32.const(1), HART.usesRegions.offset),
      tailCall(main, get(state), get(fuel), i32.const(target)),
    );
  }

  #body(): Statement {
    const { loaded } = this.#registers;
    const nodes = this.#flow.dominated.length - 1;
    this.#emit(
      set(this.#isFloatSettled, isFloatSettled(this.#state)),
      ...loaded.map(({ offset, local }) =>
        local.type === 'f64'
          ? set(local, f64.load(get(this.#state), offset))
          : set(local, i64.load(get(this.#state), offset)),
      ),
      OPEN.block,
      OPEN.block,
      OPEN.loop,
    );
    this.#within(nodes, this.#merges(nodes), ['enter', 'interpret', 'dispatch']);
    this.#emit(
      END,
      unreachable,
      END,
      this.#spill(),
      tailCallIndirect(
        this.#type,
        i32.load16(get(this.#record), RECORD.handler.offset),
        get(this.#state),
        get(this.#record),
        get(this.#fuel),
      ),
      END,
      this.#spill(),
      i64.store(get(this.#state), get(this.#pc), HART.pc.offset),
      i64.store(get(this.#state), get(this.#pc), HART.jumpTarget.offset),
      tailCall(this.#enter, get(this.#state), get(this.#fuel)),
    );
    return this.#code;
  }

  #emit(...pieces: readonly Code<ValueType | 'none'>[]): void {
    for (const piece of pieces) for (let k = 0; k < piece.length; k++) this.#code.push(piece[k]!);
  }

  #spill(): Statement {
    return sequence(...this.#registers.written.map(({ offset, local }) => storeRegister(this.#state, offset, local)));
  }

  /** Merge points that this node dominates, last first. */
  #merges(node: number): number[] {
    return this.#flow.dominated[node]!.filter((child) => this.#flow.isMerge(child)).reverse();
  }

  #tree(node: number, labels: Labels): void {
    if (!this.#flow.isLoopHeader(node)) {
      this.#within(node, this.#merges(node), labels);
      return;
    }
    this.#emit(OPEN.loop);
    this.#within(node, this.#merges(node), [...labels, { kind: 'loop', node }]);
    this.#emit(END);
  }

  /** The node's own code inside of blocks that end where its merge points begin. */
  #within(node: number, merges: readonly number[], labels: Labels): void {
    const [last, ...others] = merges;
    if (last === undefined) {
      this.#node(node, labels);
      return;
    }
    this.#emit(OPEN.block);
    this.#within(node, others, [...labels, { kind: 'after', node: last }]);
    this.#emit(END);
    this.#tree(last, labels);
  }

  #node(node: number, labels: Labels): void {
    const one = this.#region.blocks[node];
    if (one !== undefined) {
      this.#block(node, one, labels);
      return;
    }
    const otherwise = depthOf(labels, isEnter);
    const depths = new Array<number>(this.#dispatch.numbers).fill(otherwise);
    for (const target of this.#flow.dispatched)
      depths[this.#dispatch.numberOf(target)] = depthOf(labels, (label) => isAfter(label, target));
    this.#emit(branchTable(get(this.#next), depths, otherwise));
  }

  #block(node: number, one: RegionBlock, labels: Labels): void {
    const count = one.instructions.length;
    const short = this.#shortBranches.get(node);
    const most = count + (short === undefined ? 0 : longestArm(short));
    this.#emit(i32.leSigned(get(this.#fuel), i32.const(most)), OPEN.when);
    this.#interpret(one.start, [...labels, 'condition']);
    this.#emit(END, set(this.#fuel, i32.sub(get(this.#fuel), i32.const(count))));
    let paddr = one.start;
    let transfer: Transfer | undefined;
    let page = pageOf(one.start);
    const facts: BlockFacts = { isFloatOn: false, isFloatDirty: false };
    for (const [k, decoded] of one.instructions.entries()) {
      this.#scope.recycle();
      if (pageOf(paddr) !== page) this.#open(paddr);
      page = pageOf(paddr);
      const instruction = {
        decoded,
        pc: this.#virtual(paddr),
        record: this.#recordOf(paddr),
        charged: count - k,
      };
      const operands = new RegionOperands(this.#context, this.#registers, instruction, facts);
      this.#emit(operands.translate());
      transfer = operands.transfer;
      paddr += decoded.length;
    }
    const isNewPage = pageOf(one.end) !== page;
    if (short !== undefined && transfer?.kind === 'branch') this.#shortBranch(node, short, transfer.condition, labels);
    else this.#leave(node, one, transfer, isNewPage, labels);
  }

  /** The trace begins a block here: control was transferred, or a page begins. */
  #open(paddr: number): void {
    if (this.#trace === undefined) return;
    const id = i32.const(this.#place.blockId!(paddr));
    this.#emit(openKnownBlock(this.#trace, this.#scope, this.#state, id));
  }

  /** @param isNewPage does what follows the block lie in another page than its last instruction? */
  #leave(
    node: number,
    { role, end, target }: RegionBlock,
    transfer: Transfer | undefined,
    isNewPage: boolean,
    labels: Labels,
  ): void {
    if (role === 'host') {
      if (isNewPage) this.#open(end);
      this.#interpret(end, labels);
      return;
    }
    switch (transfer?.kind) {
      case undefined:
        if (isNewPage) this.#goTo(node, end, labels);
        else this.#fallThrough(node, end, labels);
        return;
      case 'branch':
        this.#branch(node, transfer.condition, target!, end, labels);
        return;
      case 'jump':
        this.#goTo(node, target!, labels);
        return;
      case 'indirect':
        this.#goToAddress(transfer.target, labels);
    }
  }

  #branch(node: number, condition: I32, target: number, otherwise: number, labels: Labels): void {
    const direct = this.#directDepth(node, target, labels);
    if (direct === undefined || this.#trace !== undefined) {
      this.#emit(condition, OPEN.when);
      this.#goTo(node, target, [...labels, 'condition']);
      this.#emit(END);
    } else this.#emit(branchIf(direct, condition));
    this.#goTo(node, otherwise, labels);
  }

  /** Both arms of the branch in one go. */
  #shortBranch(node: number, short: ShortBranch, condition: I32, labels: Labels): void {
    const isTaken = this.#scope.local('i32');
    const nothing: BlockFacts = { isFloatOn: false, isFloatDirty: false };
    // Arms neither trap nor look at the pc.
    const translate = (decoded: Decoded): Statement =>
      new RegionOperands(
        this.#context,
        this.#registers,
        { decoded, pc: 0n, record: 0, charged: 0 },
        nothing,
      ).translate();
    const retired = select(get(isTaken), i32.const(short.taken.length), i32.const(short.fallen.length));
    this.#emit(
      set(isTaken, condition),
      selectArm(short, this.#scope, this.#registers, isTaken, translate),
      set(this.#fuel, i32.sub(get(this.#fuel), retired)),
    );
    this.#goTo(node, short.join, labels);
  }

  /** Depth of the label that continues at the target, if a branch alone gets there. */
  #directDepth(node: number, target: number, labels: Labels): number | undefined {
    const to = this.#blockAt.get(target);
    if (to === undefined) return undefined;
    const kind = this.#flow.edge(node, to);
    if (kind === 'back') return depthOf(labels, (label) => isLoop(label, to));
    return kind === 'forward' && this.#flow.isMerge(to) ? depthOf(labels, (label) => isAfter(label, to)) : undefined;
  }

  /** Control is transferred. */
  #goTo(node: number, target: number, labels: Labels): void {
    const to = this.#blockAt.get(target);
    if (to === undefined) {
      this.#emit(set(this.#pc, i64.const(this.#virtual(target))), branch(depthOf(labels, isEnter)));
      return;
    }
    this.#open(target);
    this.#continueAt(node, to, target, labels);
  }

  /** Control goes on behind the block, in the same page: a traced block stays open. */
  #fallThrough(node: number, end: number, labels: Labels): void {
    const to = this.#blockAt.get(end);
    if (to !== undefined) this.#continueAt(node, to, end, labels);
    else if (this.#trace !== undefined) this.#interpret(end, labels);
    else this.#goTo(node, end, labels);
  }

  #continueAt(node: number, to: number, target: number, labels: Labels): void {
    const depth = this.#directDepth(node, target, labels);
    if (depth !== undefined) this.#emit(branch(depth));
    else if (this.#flow.edge(node, to) === 'forward') this.#tree(to, labels);
    else this.#emit(set(this.#next, i32.const(this.#dispatch.numberOf(to))), branch(depthOf(labels, isDispatch)));
  }

  /**
   * To any address. Where the dispatcher's numbers are distances, it finds out by itself whether there is a block. Otherwise
   * the record of an entry of this region has one of the region's table entries, in the order of the first numbers.
   */
  #goToAddress(target: I64, labels: Labels): void {
    const { start, numbers } = this.#dispatch;
    if (start !== undefined) {
      const distance = this.#scope.local('i64');
      this.#emit(
        set(this.#pc, target),
        when(
          i64.lt(
            tee(distance, i64.sub(get(this.#pc), i64.const(this.#virtual(start)))),
            i64.const(numbers * HALFWORD_BYTES),
          ),
          set(this.#next, i32.shr(i32.wrap(get(distance)), i32.const(1))),
          branch(depthOf([...labels, 'condition'], isDispatch)),
        ),
        branch(depthOf(labels, isEnter)),
      );
      return;
    }
    const inside: Labels = [...labels, 'condition', 'condition'];
    const { length } = this.#region.entries;
    const entry = i32.sub(i32.load16(this.#recordOfPc(), RECORD.entry.offset), i32.const(this.#place.firstTableEntry));
    this.#emit(
      set(this.#pc, target),
      this.#whenOwnPage(
        set(this.#record, entry),
        when(
          i32.lt(get(this.#record), i32.const(length)),
          set(this.#next, get(this.#record)),
          this.#openAtPc(),
          branch(depthOf(inside, isDispatch)),
        ),
      ),
      branch(depthOf(labels, isEnter)),
    );
  }

  /** As `#open`, where only the pc is known; the description of a new block needs the bias of its page. */
  #openAtPc(): Statement {
    if (this.#trace === undefined) return [];
    return sequence(
      set(this.#record, this.#recordOfPc()),
      i64.store(get(this.#state), i64.load(fetchEntry(this.#state, this.#pc), FETCH.bias.offset), HART.bias.offset),
      openBlock(this.#trace, this.#scope, this.#state, this.#record),
    );
  }

  /**
   * Does the pc lie in a page whose records the next step may look at? Behind translation that is the region's one page,
   * at the address that the region was made for.
   */
  #whenOwnPage(...then: readonly Statement[]): Statement {
    const page = i64.and(get(this.#pc), i64.const(-PAGE_BYTES));
    const own =
      this.#place.direct === undefined
        ? i64.const(this.#virtual(pageOf(this.#region.blocks[0]!.start)))
        : i64.load(fetchEntry(this.#state, this.#pc), FETCH.page.offset);
    return when(i64.eq(own, page), ...then);
  }

  #recordOfPc(): I32 {
    const offset = i32.and(i32.wrap(get(this.#pc)), i32.const(PAGE_BYTES - 1));
    return i32.add(
      i32.load(fetchEntry(this.#state, this.#pc), FETCH.records.offset),
      i32.shl(offset, i32.const(RECORD_TO_PC_SHIFT)),
    );
  }

  /** The interpreter goes on at this instruction. */
  #interpret(paddr: number, labels: Labels): void {
    this.#emit(
      set(this.#record, i32.const(this.#recordOf(paddr))),
      i64.store(get(this.#state), i64.const(this.#biasOf(paddr)), HART.bias.offset),
      branch(depthOf(labels, isInterpret)),
    );
  }

  #recordOf(paddr: number): number {
    return this.#place.recordsOf(pageOf(paddr)) + ((paddr % PAGE_BYTES) << RECORD_TO_PC_SHIFT);
  }

  #biasOf(paddr: number): bigint {
    const page = pageOf(paddr);
    return BigInt.asIntN(64, this.#virtual(page) - BigInt(this.#place.recordsOf(page) >> RECORD_TO_PC_SHIFT));
  }

  #virtual(paddr: number): bigint {
    return BigInt.asIntN(64, BigInt(paddr) + this.#place.virtualOffset);
  }
}

const storeRegister = (state: Local<'i32'>, offset: number, local: Local): Statement =>
  local.type === 'f64'
    ? f64.store(get(state), get(local) as F64, offset)
    : i64.store(get(state), get(local) as I64, offset);
