/**
 * Reads an ELF64 RISC-V file. Everything the headers say is checked against the file's length before it is used, so that
 * the work and the memory are bounded by the file itself: tables hold as many records as fit, names as much text as a few
 * times the file.
 */
import type { Diagnostic } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { elfError } from './errors.ts';
import {
  ELF_FILE_TYPES,
  ELF_MACHINE_RISCV,
  ELF_SIZES,
  type ElfFile,
  type ElfFileType,
  type ElfRelocation,
  type ElfSection,
  type ElfSegment,
  type ElfSymbol,
  SECTION_TYPES,
  SEGMENT_TYPES,
  SPECIAL_SECTIONS,
  SYMBOL_BINDINGS,
  SYMBOL_TYPES,
  type SymbolBinding,
  type SymbolType,
} from './format.ts';
import {
  type HeaderRecord,
  type ProgramHeaderRecord,
  parseHeader,
  parseProgramHeaders,
  parseRelocations,
  parseSectionHeaders,
  parseSymbols,
  type SectionHeaderRecord,
  type SymbolRecord,
} from './records.ts';

const ADDRESS_SPACE = 1n << 64n;

/**
 * @param bytes the whole file; the result keeps views of it
 * @returns the file, or the first thing that is wrong with it (`ELF_ERRORS`)
 */
export function readElf(bytes: Uint8Array): Result<ElfFile, Diagnostic> {
  const notElf = checkIdentification(bytes);
  if (notElf !== undefined) return fail(notElf);
  const header = parseHeader(bytes);
  const type = fileType(header.type);
  const wrongKind = checkHeader(header);
  if (wrongKind !== undefined || type === undefined) return fail(wrongKind ?? unsupportedType(header.type));

  const programTable = slice(bytes, header.phoff, BigInt(header.phnum * ELF_SIZES.programHeader), 'program headers');
  if (!programTable.ok) return programTable;
  const segments = readSegments(bytes, parseProgramHeaders(programTable.value));
  if (!segments.ok) return segments;

  const sectionRecords = readSectionHeaders(bytes, header);
  if (!sectionRecords.ok) return sectionRecords;
  const names = new NameReader(bytes.length);
  const sections = readSections(bytes, header, sectionRecords.value, names);
  if (!sections.ok) return sections;
  const symbols = readSymbols(sections.value, sectionRecords.value, names);
  if (!symbols.ok) return symbols;
  const relocated = attachRelocations(sections.value, sectionRecords.value, symbols.value.length);
  if (!relocated.ok) return relocated;

  return succeed({
    type,
    flags: header.flags,
    entry: header.entry,
    segments: segments.value,
    sections: relocated.value,
    symbols: symbols.value,
  });
}

/** Does the file start as every ELF file does? */
export const isElf = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

function checkIdentification(bytes: Uint8Array): Diagnostic | undefined {
  if (!isElf(bytes)) {
    const found = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return elfError('ELF001', `the file starts with ${found || 'nothing'}, an ELF file with 7f 45 4c 46`);
  }
  // Class and data come first: a shorter 32-bit file should be called 32-bit, not truncated.
  if (bytes.length > 4 && bytes[4] !== 2)
    return elfError(
      'ELF003',
      `ELF class is ${bytes[4]} (${bytes[4] === 1 ? '32-bit' : 'unknown'}), must be 2 (64-bit)`,
      'build with -march=rv64gc -mabi=lp64d',
    );
  if (bytes.length > 5 && bytes[5] !== 1)
    return elfError(
      'ELF004',
      `ELF data encoding is ${bytes[5]} (${bytes[5] === 2 ? 'big-endian' : 'unknown'}), must be 1 (little-endian)`,
    );
  if (bytes.length < ELF_SIZES.header) return truncated('the ELF header', 0n, BigInt(ELF_SIZES.header), bytes.length);
  return undefined;
}

function checkHeader(header: HeaderRecord): Diagnostic | undefined {
  if (header.machine !== ELF_MACHINE_RISCV)
    return elfError(
      'ELF005',
      `e_machine is ${header.machine}, must be ${ELF_MACHINE_RISCV} (RISC-V)`,
      'build with a riscv64 toolchain',
    );
  if (fileType(header.type) === undefined) return unsupportedType(header.type);
  if (header.version !== 1 || header.identVersion !== 1)
    return elfError('ELF007', `ELF version is ${header.identVersion}/${header.version}, must be 1`);
  return (
    checkRecordSize('e_ehsize', header.ehsize, ELF_SIZES.header) ??
    (header.phnum === 0 ? undefined : checkRecordSize('e_phentsize', header.phentsize, ELF_SIZES.programHeader)) ??
    (header.shoff === 0n ? undefined : checkRecordSize('e_shentsize', header.shentsize, ELF_SIZES.sectionHeader))
  );
}

const checkRecordSize = (name: string, found: number, legal: number): Diagnostic | undefined =>
  found === legal ? undefined : elfError('ELF007', `${name} is ${found} bytes, must be ${legal}`);

const fileType = (type: number): ElfFileType | undefined =>
  (Object.keys(ELF_FILE_TYPES) as ElfFileType[]).find((name) => ELF_FILE_TYPES[name] === type);

const unsupportedType = (type: number): Diagnostic =>
  type === 3
    ? elfError(
        'ELF006',
        'e_type is ET_DYN (position-independent), must be ET_EXEC or ET_REL',
        'link with -static -no-pie',
      )
    : elfError('ELF006', `e_type is ${type}, must be 2 (ET_EXEC) or 1 (ET_REL)`);

function readSegments(bytes: Uint8Array, headers: readonly ProgramHeaderRecord[]): Result<ElfSegment[], Diagnostic> {
  const segments: ElfSegment[] = [];
  for (const [index, header] of headers.entries()) {
    const name = `segment ${index}`;
    const contents = slice(bytes, header.offset, header.filesz, `${name}'s contents`);
    if (!contents.ok) return contents;
    if (header.type === SEGMENT_TYPES.load) {
      if (header.memsz < header.filesz)
        return fail(
          elfError('ELF008', `${name} takes ${header.memsz} bytes of memory but ${header.filesz} bytes of the file`),
        );
      if (header.paddr + header.memsz > ADDRESS_SPACE || header.vaddr + header.memsz > ADDRESS_SPACE)
        return fail(
          elfError(
            'ELF008',
            `${name} at ${hex(header.paddr)} with ${header.memsz} bytes wraps around the address space`,
          ),
        );
    }
    const { type, flags, vaddr, paddr, memsz } = header;
    segments.push({ type, flags, vaddr, paddr, bytes: contents.value, memorySize: memsz });
  }
  const overlap = findOverlap(segments);
  return overlap === undefined ? succeed(segments) : fail(overlap);
}

function findOverlap(segments: readonly ElfSegment[]): Diagnostic | undefined {
  const loaded = segments
    .map((segment, index) => ({ index, start: segment.paddr, end: segment.paddr + segment.memorySize, segment }))
    .filter(({ segment }) => segment.type === SEGMENT_TYPES.load && segment.memorySize > 0n)
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  for (let i = 1; i < loaded.length; i++) {
    const [before, after] = [loaded[i - 1]!, loaded[i]!];
    if (after.start < before.end)
      return elfError(
        'ELF009',
        `segments ${before.index} (${hex(before.start)}…${hex(before.end)}) and ${after.index} (${hex(after.start)}…${hex(after.end)}) overlap in memory`,
      );
  }
  return undefined;
}

function readSectionHeaders(bytes: Uint8Array, header: HeaderRecord): Result<SectionHeaderRecord[], Diagnostic> {
  if (header.shoff === 0n) return succeed([]);
  let count = BigInt(header.shnum);
  if (header.shnum === 0) {
    // More than 65,279 sections: the count is in the null section.
    const first = slice(bytes, header.shoff, BigInt(ELF_SIZES.sectionHeader), 'the first section header');
    if (!first.ok) return first;
    count = parseSectionHeaders(first.value)[0]!.size;
  }
  const table = slice(bytes, header.shoff, count * BigInt(ELF_SIZES.sectionHeader), 'section headers');
  return table.ok ? succeed(parseSectionHeaders(table.value)) : table;
}

/** Sections without their relocations; index 0 of `records` (the null section) is left out. */
function readSections(
  bytes: Uint8Array,
  header: HeaderRecord,
  records: readonly SectionHeaderRecord[],
  names: NameReader,
): Result<ElfSection[], Diagnostic> {
  if (records.length === 0) return succeed([]);
  const nameIndex = header.shstrndx === SPECIAL_SECTIONS.extended ? records[0]!.link : header.shstrndx;
  const nameRecord = records[nameIndex];
  if (nameRecord === undefined) return fail(missing('e_shstrndx', nameIndex, 'section', records.length));
  const nameTable = slice(bytes, nameRecord.offset, nameRecord.size, 'the section names');
  if (!nameTable.ok) return nameTable;

  const sections: ElfSection[] = [];
  for (const [index, record] of records.entries()) {
    if (index === 0) continue;
    const name = names.read(nameTable.value, record.name, `section ${index}`);
    if (!name.ok) return name;
    const isEmpty = record.type === SECTION_TYPES.nobits || record.type === 0;
    const contents = slice(bytes, record.offset, isEmpty ? 0n : record.size, `section ${name.value || index}`);
    if (!contents.ok) return contents;
    sections.push({
      name: name.value,
      type: record.type,
      flags: Number(BigInt.asUintN(32, record.flags)),
      addr: record.addr,
      align: Number(BigInt.asUintN(32, record.addralign)),
      entrySize: Number(BigInt.asUintN(32, record.entsize)),
      bytes: contents.value,
      size: record.size,
      relocations: [],
    });
  }
  return succeed(sections);
}

function readSymbols(
  sections: readonly ElfSection[],
  records: readonly SectionHeaderRecord[],
  names: NameReader,
): Result<ElfSymbol[], Diagnostic> {
  const tableIndex = sections.findIndex(({ type }) => type === SECTION_TYPES.symtab);
  if (tableIndex < 0) return succeed([]);
  const table = sections[tableIndex]!;
  const { link } = records[tableIndex + 1]!;
  const strings = sections[link - 1];
  if (strings === undefined) return fail(missing("the symbol table's sh_link", link, 'section', records.length));
  const ragged = checkWholeRecords(table, ELF_SIZES.symbol);
  if (ragged !== undefined) return fail(ragged);

  const symbols: ElfSymbol[] = [];
  for (const [index, record] of parseSymbols(table.bytes).entries()) {
    if (index === 0) continue;
    const name = names.read(strings.bytes, record.name, `symbol ${index}`);
    if (!name.ok) return name;
    const section = symbolSection(record, sections.length);
    if (section === undefined)
      return fail(missing(`symbol ${name.value || index}`, record.shndx, 'section', records.length));
    symbols.push({
      name: name.value,
      value: record.value,
      size: record.size,
      binding: bindingByNumber.get(record.info >> 4) ?? 'local',
      type: typeByNumber.get(record.info & 0xf) ?? 'none',
      section,
    });
  }
  return succeed(symbols);
}

function symbolSection(record: SymbolRecord, sectionCount: number): ElfSymbol['section'] | undefined {
  if (record.shndx === SPECIAL_SECTIONS.undefined) return 'undefined';
  if (record.shndx === SPECIAL_SECTIONS.absolute) return 'absolute';
  if (record.shndx === SPECIAL_SECTIONS.common) return 'common';
  return record.shndx <= sectionCount ? record.shndx - 1 : undefined;
}

function attachRelocations(
  sections: readonly ElfSection[],
  records: readonly SectionHeaderRecord[],
  symbolCount: number,
): Result<ElfSection[], Diagnostic> {
  const bySection = new Map<number, ElfRelocation[]>();
  for (const [index, table] of sections.entries()) {
    if (table.type !== SECTION_TYPES.rela) continue;
    const target = records[index + 1]!.info - 1;
    // Dynamic relocations of linked files name no section.
    if (target < 0) continue;
    if (sections[target] === undefined)
      return fail(missing(`${table.name}'s sh_info`, target + 1, 'section', records.length));
    const ragged = checkWholeRecords(table, ELF_SIZES.relocation);
    if (ragged !== undefined) return fail(ragged);
    const relocations = bySection.get(target) ?? [];
    bySection.set(target, relocations);
    for (const { offset, type, symbol, addend } of parseRelocations(table.bytes)) {
      if (symbol > symbolCount)
        return fail(missing(`a relocation in ${table.name}`, symbol, 'symbol', symbolCount + 1));
      relocations.push({ offset, type, addend, ...(symbol === 0 ? {} : { symbol: symbol - 1 }) });
    }
  }
  return succeed(sections.map((section, index) => ({ ...section, relocations: bySection.get(index) ?? [] })));
}

const bindingByNumber = new Map(
  Object.entries(SYMBOL_BINDINGS).map(([name, number]) => [number as number, name as SymbolBinding]),
);
const typeByNumber = new Map(
  Object.entries(SYMBOL_TYPES).map(([name, number]) => [number as number, name as SymbolType]),
);

/** Reads zero-terminated names. Names may overlap in their table, so their sum has a limit of its own. */
class NameReader {
  readonly #limit: number;
  readonly #decoder = new TextDecoder();
  #total = 0;

  constructor(fileLength: number) {
    this.#limit = 4 * fileLength;
  }

  read(table: Uint8Array, offset: number, owner: string): Result<string, Diagnostic> {
    if (offset === 0 && table.length === 0) return succeed('');
    const end = table.indexOf(0, offset);
    if (offset >= table.length || end < 0)
      return fail(
        elfError('ELF010', `the name of ${owner} is at offset ${offset} of a string table of ${table.length} bytes`),
      );
    this.#total += end - offset;
    if (this.#total > this.#limit)
      return fail(elfError('ELF011', `the names add up to more than ${this.#limit} bytes, four times the file`));
    return succeed(this.#decoder.decode(table.subarray(offset, end)));
  }
}

function checkWholeRecords(table: ElfSection, recordSize: number): Diagnostic | undefined {
  if (table.entrySize !== recordSize)
    return elfError('ELF007', `${table.name} has records of ${table.entrySize} bytes, must be ${recordSize}`);
  if (table.bytes.length % recordSize !== 0)
    return elfError(
      'ELF007',
      `${table.name} is ${table.bytes.length} bytes long, not a multiple of its ${recordSize}-byte records`,
    );
  return undefined;
}

function slice(bytes: Uint8Array, offset: bigint, size: bigint, what: string): Result<Uint8Array, Diagnostic> {
  if (size === 0n) return succeed(bytes.subarray(0, 0));
  if (offset + size > BigInt(bytes.length)) return fail(truncated(what, offset, size, bytes.length));
  return succeed(bytes.subarray(Number(offset), Number(offset + size)));
}

const truncated = (what: string, offset: bigint, size: bigint, length: number): Diagnostic =>
  elfError(
    'ELF002',
    `${what}: ${size} bytes at offset ${offset}, but the file has ${length} bytes`,
    'the file is cut off or damaged: build or copy it again',
  );

const missing = (owner: string, index: number, kind: string, count: number): Diagnostic =>
  elfError('ELF010', `${owner} refers to ${kind} ${index}, but the file has ${count}`);

const hex = (value: bigint): string => `0x${value.toString(16)}`;
