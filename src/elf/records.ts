/**
 * The fixed records of ELF64, as binary-parser descriptions. binary-parser compiles a description to code on first use,
 * so each parser is made when it is first asked for.
 */
import { Parser } from 'binary-parser';
import { ELF_SIZES } from './format.ts';

export interface HeaderRecord {
  readonly class: number;
  readonly data: number;
  readonly identVersion: number;
  readonly type: number;
  readonly machine: number;
  readonly version: number;
  readonly entry: bigint;
  readonly phoff: bigint;
  readonly shoff: bigint;
  readonly flags: number;
  readonly ehsize: number;
  readonly phentsize: number;
  readonly phnum: number;
  readonly shentsize: number;
  readonly shnum: number;
  readonly shstrndx: number;
}

export interface ProgramHeaderRecord {
  readonly type: number;
  readonly flags: number;
  readonly offset: bigint;
  readonly vaddr: bigint;
  readonly paddr: bigint;
  readonly filesz: bigint;
  readonly memsz: bigint;
  readonly align: bigint;
}

export interface SectionHeaderRecord {
  readonly name: number;
  readonly type: number;
  readonly flags: bigint;
  readonly addr: bigint;
  readonly offset: bigint;
  readonly size: bigint;
  readonly link: number;
  readonly info: number;
  readonly addralign: bigint;
  readonly entsize: bigint;
}

export interface SymbolRecord {
  readonly name: number;
  readonly info: number;
  readonly other: number;
  readonly shndx: number;
  readonly value: bigint;
  readonly size: bigint;
}

export interface RelocationRecord {
  readonly offset: bigint;
  readonly type: number;
  readonly symbol: number;
  readonly addend: bigint;
}

const header = once(() =>
  record()
    .skip(4)
    .uint8('class')
    .uint8('data')
    .uint8('identVersion')
    .skip(9)
    .uint16('type')
    .uint16('machine')
    .uint32('version')
    .uint64('entry')
    .uint64('phoff')
    .uint64('shoff')
    .uint32('flags')
    .uint16('ehsize')
    .uint16('phentsize')
    .uint16('phnum')
    .uint16('shentsize')
    .uint16('shnum')
    .uint16('shstrndx'),
);

const programHeaders = table(() =>
  record()
    .uint32('type')
    .uint32('flags')
    .uint64('offset')
    .uint64('vaddr')
    .uint64('paddr')
    .uint64('filesz')
    .uint64('memsz')
    .uint64('align'),
);

const sectionHeaders = table(() =>
  record()
    .uint32('name')
    .uint32('type')
    .uint64('flags')
    .uint64('addr')
    .uint64('offset')
    .uint64('size')
    .uint32('link')
    .uint32('info')
    .uint64('addralign')
    .uint64('entsize'),
);

const symbols = table(() =>
  record().uint32('name').uint8('info').uint8('other').uint16('shndx').uint64('value').uint64('size'),
);

const relocations = table(() => record().uint64('offset').uint32('type').uint32('symbol').int64('addend'));

/** @param bytes at least `ELF_SIZES.header` bytes */
export const parseHeader = (bytes: Uint8Array): HeaderRecord => header().parse(bytes.subarray(0, ELF_SIZES.header));

/** Each takes a table's bytes, a whole number of records. */
export const parseProgramHeaders = (bytes: Uint8Array): ProgramHeaderRecord[] => entries(programHeaders, bytes);
export const parseSectionHeaders = (bytes: Uint8Array): SectionHeaderRecord[] => entries(sectionHeaders, bytes);
export const parseSymbols = (bytes: Uint8Array): SymbolRecord[] => entries(symbols, bytes);
export const parseRelocations = (bytes: Uint8Array): RelocationRecord[] => entries(relocations, bytes);

function record(): Parser {
  return new Parser().endianness('little');
}

function table(entry: () => Parser): () => Parser {
  return once(() => new Parser().array('entries', { type: entry(), readUntil: 'eof' }));
}

function entries<T>(parser: () => Parser, bytes: Uint8Array): T[] {
  return bytes.length === 0 ? [] : parser().parse(bytes).entries;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
