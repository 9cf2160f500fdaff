/**
 * A functional run on record: everything that the timing model was told, so that other timing parameters can be tried
 * without executing the program again. The stream is a sequence of records of one opcode byte, the tile, and 32-bit
 * little-endian words; blocks and page-table leaves are described once, where they first occur.
 *
 * What a program did because of the time it read stays as it was recorded: a guest that loops until a cycle count, or whose
 * interrupts come by the timer, replays the path of the recording. Page tables are taken as they were when a page was first
 * used under a satp value.
 */
import type { AcceleratorConfig } from '../accel/config.ts';
import type { CoprocessorOutcome, CustomInstruction } from '../hart/coprocessor.ts';
import { decodeInstruction } from '../hart/decoder.ts';
import type { HostAddressSpace, HostObserver, TracedBlock } from '../hart/host-trace.ts';
import { type Diagnostic, errorAt } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import type { TimingConfig } from './config.ts';
import type { HostWords, MemoryMap } from './host/host-memory.ts';
import { SystemTiming } from './system.ts';
import type { AddressSpace, Leaf } from './translation/page-walker.ts';

/** What a recording says of the machine; the rest is for whoever re-times it to choose. */
export interface RecordedMachine {
  readonly tiles: number;
  readonly accelerator: AcceleratorConfig;
  readonly customOpcode: number;
  readonly map: MemoryMap;
}

/** What can go wrong with a recording: code → what it means. `docs/errors.md` lists this table. */
export const RECORDING_ERRORS = {
  REC001: 'A file that is no recording, or a damaged one.',
  REC002: 'A value that the recorded program depends on, other than it was recorded with.',
} as const;

const NAME = 'pollux recording ';
const MAGIC = `${NAME}3\n`;
const OPCODE = {
  block: 1,
  drain: 2,
  custom: 3,
  fence: 4,
  space: 5,
  leaf: 6,
  end: 7,
  hostWords: 8,
  cycle: 9,
  name: 10,
} as const;
const OPCODES: ReadonlySet<number> = new Set(Object.values(OPCODE));
const CHUNK_BYTES = 1 << 20;
const PAGE = 4096;

/** Writes a recording in chunks, so that its length costs no memory. */
export class Recorder {
  readonly #write: (chunk: Uint8Array) => void;
  #chunk = new Uint8Array(CHUNK_BYTES);
  #used = 0;
  /** The function that an address belongs to, for reports; nothing outside of all. */
  functionAt: (addr: bigint) => string | undefined = () => undefined;
  /** `satp:page` of the leaves that have been described. */
  readonly #known = new Set<string>();

  constructor(machine: RecordedMachine, write: (chunk: Uint8Array) => void) {
    this.#write = write;
    this.#bytes(new TextEncoder().encode(`${MAGIC}${JSON.stringify(machine)}\n`));
  }

  /** Passes on to the model of a tile what it records. */
  observe(tile: number, model: HostObserver): HostObserver {
    return {
      block: (block) => {
        this.#record(OPCODE.block, tile, blockWords(block));
        const name = this.functionAt(block.pc);
        if (name !== undefined) this.#record(OPCODE.name, tile, nameWords(block.pc, name));
        model.block(block);
      },
      drain: (words, start, end) => {
        this.#record(OPCODE.drain, tile, words.subarray(start, end));
        model.drain(words, start, end);
      },
      // The answer is not kept, but the question decides how far other tiles have got.
      cycle: () => {
        this.#record(OPCODE.cycle, tile, []);
        return model.cycle();
      },
      custom: (instruction, outcome) => {
        this.#record(OPCODE.custom, tile, customWords(instruction, outcome));
        model.custom(instruction, outcome);
      },
      fence: () => {
        this.#record(OPCODE.fence, tile, []);
        model.fence();
      },
      addressSpace: (space) => {
        this.#record(OPCODE.space, tile, [...split(space.satp), space.privilege, space.dataPrivilege]);
        model.addressSpace?.(space);
      },
    };
  }

  /** Page tables that note each leaf that is asked for. */
  pageTables(satp: bigint, tables: AddressSpace): AddressSpace {
    return {
      translate: (vaddr) => {
        const leaf = tables.translate(vaddr);
        const page = Math.floor(vaddr / PAGE);
        const key = `${satp}:${page}`;
        if (leaf !== undefined && !this.#known.has(key)) {
          this.#known.add(key);
          this.#record(OPCODE.leaf, 0, leafWords(satp, page, leaf));
        }
        return leaf;
      },
    };
  }

  /** Where the program speaks to the host of the machine. */
  hostWords({ tohost, fromhost }: HostWords): void {
    this.#record(OPCODE.hostWords, 0, [...split(BigInt(tohost)), ...split(BigInt(fromhost))]);
  }

  /** The run is over; nothing may follow. @param isExit did a command to the host of the machine end it? */
  finish(isExit: boolean): void {
    this.#record(OPCODE.end, 0, isExit ? [1] : []);
    this.#flush();
  }

  #record(opcode: number, tile: number, words: ArrayLike<number>): void {
    const header = new Int32Array([opcode | (tile << 8), words.length]);
    this.#bytes(new Uint8Array(header.buffer));
    this.#bytes(new Uint8Array(Int32Array.from(words).buffer));
  }

  #bytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(bytes.length - at, CHUNK_BYTES - this.#used);
      this.#chunk.set(bytes.subarray(at, at + count), this.#used);
      this.#used += count;
      at += count;
      if (this.#used === CHUNK_BYTES) this.#flush();
    }
  }

  #flush(): void {
    this.#write(this.#chunk.subarray(0, this.#used));
    this.#chunk = new Uint8Array(CHUNK_BYTES);
    this.#used = 0;
  }
}

export interface Recording {
  readonly machine: RecordedMachine;
  /** Words of the records. */
  readonly words: Int32Array;
  /** Did a command to the host of the machine end the run? */
  readonly isExit: boolean;
  /** The function that a block of the program belongs to, by the address of the block. */
  readonly functionAt: (addr: bigint) => string | undefined;
}

/** Does it begin as recordings of any version do? */
export const isRecording = (bytes: Uint8Array): boolean =>
  new TextDecoder().decode(bytes.subarray(0, NAME.length)) === NAME;

/** Reads a whole recording; a damaged one gives one error. */
export function readRecording(bytes: Uint8Array, name: string): Result<Recording, Diagnostic> {
  const bad = (what: string) =>
    fail(errorAt('REC001', undefined, `${name} is no recording: ${what}`, 'record it anew'));
  const lineEnd = bytes.indexOf(0x0a, MAGIC.length);
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC || lineEnd < 0)
    return bad('it begins otherwise');
  let machine: RecordedMachine;
  try {
    machine = JSON.parse(new TextDecoder().decode(bytes.subarray(MAGIC.length, lineEnd))) as RecordedMachine;
  } catch {
    return bad('the description of its machine is damaged');
  }
  // A copy, so that words are aligned.
  const body = new Uint8Array(bytes.subarray(lineEnd + 1));
  const words = new Int32Array(body.buffer, 0, body.length >> 2);
  const names = new Map<bigint, string>();
  for (let at = 0; at + 1 < words.length; at += 2 + words[at + 1]!) {
    const [opcode, tile] = [words[at]! & 0xff, words[at]! >>> 8];
    if (opcode === OPCODE.name) addName(names, words.subarray(at + 2, at + 2 + words[at + 1]!));
    if (opcode === OPCODE.end) {
      const functionAt = (addr: bigint): string | undefined => names.get(addr);
      return succeed({ machine, words: words.subarray(0, at), isExit: words[at + 1] === 1, functionAt });
    }
    if (!OPCODES.has(opcode) || tile >= machine.tiles || words[at + 1]! < 0)
      return bad(`there is no record at byte ${lineEnd + 1 + 4 * at}`);
  }
  return bad('its end is missing');
}

/** Runs the timing model over a recording. @returns the model as it is after the last record */
export function retime({ machine, words, isExit }: Recording, config: TimingConfig): SystemTiming {
  const leaves = leavesOf(words);
  const system = new SystemTiming(config, {
    ...machine,
    pageTables: (satp) => ({ translate: (vaddr) => leafAt(leaves.get(satp), vaddr) }),
  });
  for (let at = 0; at < words.length; at += 2 + words[at + 1]!) {
    const tile = system.observers[words[at]! >>> 8]!;
    const record = words.subarray(at + 2, at + 2 + words[at + 1]!);
    if ((words[at]! & 0xff) === OPCODE.hostWords)
      system.hostWords = { tohost: Number(join(record, 0)), fromhost: Number(join(record, 2)) };
    else replay(tile, words[at]! & 0xff, record);
  }
  if (isExit) system.endAtHostCommand();
  system.settle();
  return system;
}

function replay(tile: HostObserver, opcode: number, words: Int32Array): void {
  switch (opcode) {
    case OPCODE.block:
      tile.block(blockOf(words));
      return;
    case OPCODE.drain:
      tile.drain(words, 0, words.length);
      return;
    case OPCODE.custom:
      tile.custom(...customOf(words));
      return;
    case OPCODE.fence:
      tile.fence();
      return;
    case OPCODE.cycle:
      tile.cycle();
      return;
    case OPCODE.space:
      tile.addressSpace?.(spaceOf(words));
  }
}

const split = (value: bigint): [number, number] => [
  Number(BigInt.asIntN(32, value)),
  Number(BigInt.asIntN(32, value >> 32n)),
];
const join = (words: Int32Array, at: number): bigint =>
  (BigInt(words[at + 1]! >>> 0) << 32n) | BigInt(words[at]! >>> 0);

const blockWords = ({ id, pc, paddr, instructions }: TracedBlock): number[] => [
  id,
  ...split(pc),
  ...split(BigInt(paddr)),
  ...instructions.map(({ word }) => word),
];

function nameWords(pc: bigint, name: string): number[] {
  const bytes = new TextEncoder().encode(name);
  const padded = new Uint8Array((bytes.length + 3) & ~3);
  padded.set(bytes);
  return [...split(pc), bytes.length, ...new Int32Array(padded.buffer)];
}

function addName(names: Map<bigint, string>, words: Int32Array): void {
  if (words.length < 3) return;
  const bytes = new Uint8Array(words.slice(3).buffer).subarray(0, words[2]!);
  names.set(BigInt.asUintN(64, join(words, 0)), new TextDecoder().decode(bytes));
}

function blockOf(words: Int32Array): TracedBlock {
  const instructions = Array.from(words.subarray(5), (signed) => {
    const word = signed >>> 0;
    const { name, length, rd, rs1, rs2, rs3, imm } = decodeInstruction(word)!;
    return { name, length, word, rd, rs1, rs2, rs3, imm };
  });
  return { id: words[0]!, pc: join(words, 1), paddr: Number(join(words, 3)), instructions };
}

const customWords = (
  { custom, funct7, xd, rs1, rs2, pc }: CustomInstruction,
  { kind }: CoprocessorOutcome,
): number[] => [
  custom | (funct7 << 8) | (xd ? 1 << 16 : 0) | (kind === 'done' ? 1 << 17 : 0),
  ...split(rs1),
  ...split(rs2),
  ...split(pc),
];

/** Commands that trapped did nothing that takes the accelerator's time: their cause is not kept. */
function customOf(words: Int32Array): [CustomInstruction, CoprocessorOutcome] {
  const flags = words[0]!;
  const instruction = {
    custom: flags & 0xff,
    funct7: (flags >> 8) & 0xff,
    xd: (flags & (1 << 16)) !== 0,
    rs1: join(words, 1),
    rs2: join(words, 3),
    pc: join(words, 5),
  };
  const isDone = (flags & (1 << 17)) !== 0;
  return [instruction, isDone ? { kind: 'done', result: 0n } : { kind: 'trap', cause: 0, tval: 0n }];
}

const spaceOf = (words: Int32Array): HostAddressSpace => ({
  satp: join(words, 0),
  privilege: words[2]!,
  dataPrivilege: words[3]!,
});

/** The leaf of the page, with the physical address of the page itself. */
const leafWords = (satp: bigint, page: number, { paddr, pages, entries }: Leaf): number[] => [
  ...split(satp),
  ...split(BigInt(page)),
  ...split(BigInt(paddr - (paddr % PAGE))),
  pages,
  ...entries.flatMap((entry) => split(BigInt(entry))),
];

type Leaves = ReadonlyMap<bigint, ReadonlyMap<number, Leaf>>;

function leavesOf(words: Int32Array): Leaves {
  const leaves = new Map<bigint, Map<number, Leaf>>();
  for (let at = 0; at < words.length; at += 2 + words[at + 1]!) {
    if ((words[at]! & 0xff) !== OPCODE.leaf) continue;
    const record = words.subarray(at + 2, at + 2 + words[at + 1]!);
    const satp = join(record, 0);
    const pages = leaves.get(satp) ?? new Map<number, Leaf>();
    leaves.set(satp, pages);
    const entries = Array.from({ length: (record.length - 7) / 2 }, (_, k) => Number(join(record, 7 + 2 * k)));
    pages.set(Number(join(record, 2)), { paddr: Number(join(record, 4)), pages: record[6]!, entries });
  }
  return leaves;
}

function leafAt(pages: ReadonlyMap<number, Leaf> | undefined, vaddr: number): Leaf | undefined {
  const leaf = pages?.get(Math.floor(vaddr / PAGE));
  return leaf && { ...leaf, paddr: leaf.paddr + (vaddr % PAGE) };
}
