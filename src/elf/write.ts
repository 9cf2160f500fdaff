/**
 * Writes ELF64 RISC-V files. Layout: header, program headers, section contents, then the tables that this module makes
 * (.rela.*, .symtab, .strtab, .shstrtab), then section headers. In an executable the file offset of loaded bytes equals
 * their address modulo a page, as the format asks.
 */
import {
  ELF_FILE_TYPES,
  ELF_MACHINE_RISCV,
  ELF_SIZES,
  type ElfFile,
  type ElfSection,
  type ElfSymbol,
  SECTION_FLAGS,
  SECTION_TYPES,
  SEGMENT_FLAGS,
  SEGMENT_TYPES,
  SPECIAL_SECTIONS,
  SYMBOL_BINDINGS,
  SYMBOL_TYPES,
} from './format.ts';

/** What to write; segments of an executable are made from its allocated sections. */
export type ElfContents = Omit<ElfFile, 'segments'>;

const PAGE = 0x1000;

/** A section with its place in the file. */
interface PlacedSection {
  readonly section: ElfSection;
  readonly link: number;
  readonly info: number;
  readonly offset: number;
}

/** A PT_LOAD under construction: neighbouring sections with the same permissions. */
interface LoadSegment {
  readonly flags: number;
  readonly addr: bigint;
  readonly offset: number;
  readonly fileSize: bigint;
  readonly memorySize: bigint;
}

export function writeElf(file: ElfContents): Uint8Array {
  const sections = [...file.sections];
  const { order, indexOf } = orderSymbols(file.symbols);
  const symtabIndex = 1 + sections.length + sections.filter(({ relocations }) => relocations.length > 0).length;
  const links: { link: number; info: number }[] = sections.map(() => ({ link: 0, info: 0 }));
  for (const [index, section] of file.sections.entries()) {
    if (section.relocations.length === 0) continue;
    sections.push(
      tableSection(
        `.rela${section.name}`,
        SECTION_TYPES.rela,
        ELF_SIZES.relocation,
        relocationBytes(section, indexOf),
        SECTION_FLAGS.infoLink,
      ),
    );
    links.push({ link: symtabIndex, info: index + 1 });
  }
  const strings = new StringTable();
  const localCount = order.filter(({ binding }) => binding === 'local').length;
  sections.push(tableSection('.symtab', SECTION_TYPES.symtab, ELF_SIZES.symbol, symbolBytes(order, strings)));
  links.push({ link: symtabIndex + 1, info: localCount + 1 });
  sections.push(tableSection('.strtab', SECTION_TYPES.strtab, 0, strings.bytes()));
  const sectionNames = new StringTable();
  for (const { name } of [...sections, { name: '.shstrtab' }]) sectionNames.add(name);
  sections.push(tableSection('.shstrtab', SECTION_TYPES.strtab, 0, sectionNames.bytes()));
  links.push({ link: 0, info: 0 }, { link: 0, info: 0 });

  const segmentCount = file.type === 'exec' ? countSegments(sections) : 0;
  const placed = placeSections(
    sections,
    links,
    ELF_SIZES.header + segmentCount * ELF_SIZES.programHeader,
    file.type === 'exec',
  );
  const segments = file.type === 'exec' ? makeSegments(placed) : [];
  return assemble(file, placed, segments, sectionNames);
}

const isAllocated = (section: ElfSection): boolean => (section.flags & SECTION_FLAGS.alloc) !== 0 && section.size > 0n;

const permissions = (section: ElfSection): number =>
  SEGMENT_FLAGS.read |
  (section.flags & SECTION_FLAGS.write ? SEGMENT_FLAGS.write : 0) |
  (section.flags & SECTION_FLAGS.exec ? SEGMENT_FLAGS.exec : 0);

/** Does `section` start a segment of its own? Contents cannot follow a nobits section, whose bytes are not in the file. */
const startsSegment = (before: ElfSection | undefined, section: ElfSection): boolean =>
  before === undefined ||
  permissions(before) !== permissions(section) ||
  section.addr < before.addr + before.size ||
  section.addr - (before.addr + before.size) >= PAGE ||
  (before.type === SECTION_TYPES.nobits && section.type !== SECTION_TYPES.nobits);

function countSegments(sections: readonly ElfSection[]): number {
  const allocated = sections.filter(isAllocated);
  return allocated.filter((section, i) => startsSegment(allocated[i - 1], section)).length;
}

function placeSections(
  sections: readonly ElfSection[],
  links: readonly { link: number; info: number }[],
  start: number,
  isExecutable: boolean,
): PlacedSection[] {
  let end = start;
  return sections.map((section, index) => {
    const offset =
      isExecutable && isAllocated(section)
        ? end + ((((Number(section.addr % BigInt(PAGE)) - end) % PAGE) + PAGE) % PAGE)
        : alignUp(end, Math.max(1, section.align));
    if (section.bytes.length > 0) end = offset + section.bytes.length;
    return { section, offset, ...links[index]! };
  });
}

function makeSegments(placed: readonly PlacedSection[]): LoadSegment[] {
  const segments: LoadSegment[] = [];
  let before: ElfSection | undefined;
  for (const { section, offset } of placed.filter((one) => isAllocated(one.section))) {
    if (startsSegment(before, section)) {
      const { size: memorySize, addr, bytes } = section;
      segments.push({ flags: permissions(section), addr, offset, fileSize: BigInt(bytes.length), memorySize });
    } else {
      const last = segments.pop()!;
      const grown = section.addr - last.addr;
      segments.push({
        ...last,
        fileSize: section.bytes.length > 0 ? grown + BigInt(section.bytes.length) : last.fileSize,
        memorySize: grown + section.size,
      });
    }
    before = section;
  }
  return segments;
}

function assemble(
  file: ElfContents,
  placed: readonly PlacedSection[],
  segments: readonly LoadSegment[],
  names: StringTable,
): Uint8Array {
  const contentsEnd = placed.reduce((end, { offset, section }) => Math.max(end, offset + section.bytes.length), 0);
  const sectionTable = alignUp(contentsEnd, 8);
  const sectionCount = placed.length + 1;
  if (sectionCount >= 0xff00)
    throw new RangeError(`${sectionCount} sections need extended numbering, which is not written`);
  const out = new Uint8Array(sectionTable + sectionCount * ELF_SIZES.sectionHeader);
  const fields = new FieldWriter(out);

  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  fields.at(16).u16(ELF_FILE_TYPES[file.type]).u16(ELF_MACHINE_RISCV).u32(1).u64(file.entry);
  fields
    .u64(segments.length > 0 ? ELF_SIZES.header : 0)
    .u64(sectionTable)
    .u32(file.flags)
    .u16(ELF_SIZES.header);
  fields.u16(ELF_SIZES.programHeader).u16(segments.length).u16(ELF_SIZES.sectionHeader);
  fields.u16(sectionCount).u16(sectionCount - 1);
  for (const { flags, offset, addr, fileSize, memorySize } of segments) {
    fields.u32(SEGMENT_TYPES.load).u32(flags).u64(offset).u64(addr).u64(addr).u64(fileSize).u64(memorySize).u64(PAGE);
  }
  fields.at(sectionTable + ELF_SIZES.sectionHeader);
  for (const { section, offset, link, info } of placed) {
    out.set(section.bytes, offset);
    fields.u32(names.add(section.name)).u32(section.type).u64(section.flags).u64(section.addr).u64(offset);
    fields.u64(section.size).u32(link).u32(info).u64(section.align).u64(section.entrySize);
  }
  return out;
}

/** The format wants local symbols first. `indexOf[i]` is the number in the file of the caller's symbol i. */
function orderSymbols(symbols: readonly ElfSymbol[]): { order: ElfSymbol[]; indexOf: number[] } {
  const isLocal = (index: number): boolean => symbols[index]!.binding === 'local';
  const indices = [...symbols.keys()];
  const sorted = [...indices.filter(isLocal), ...indices.filter((index) => !isLocal(index))];
  const indexOf: number[] = [];
  for (const [position, index] of sorted.entries()) indexOf[index] = position + 1;
  return { order: sorted.map((index) => symbols[index]!), indexOf };
}

function symbolBytes(symbols: readonly ElfSymbol[], strings: StringTable): Uint8Array {
  const out = new Uint8Array((symbols.length + 1) * ELF_SIZES.symbol);
  const fields = new FieldWriter(out).at(ELF_SIZES.symbol);
  for (const { name, binding, type, section, value, size } of symbols) {
    const index = typeof section === 'number' ? section + 1 : SPECIAL_SECTIONS[section];
    fields
      .u32(strings.add(name))
      .u8((SYMBOL_BINDINGS[binding] << 4) | SYMBOL_TYPES[type])
      .u8(0)
      .u16(index);
    fields.u64(value).u64(size);
  }
  return out;
}

function relocationBytes(section: ElfSection, indexOf: readonly number[]): Uint8Array {
  const out = new Uint8Array(section.relocations.length * ELF_SIZES.relocation);
  const fields = new FieldWriter(out);
  for (const { offset, type, symbol, addend } of section.relocations) {
    fields
      .u64(offset)
      .u32(type)
      .u32(symbol === undefined ? 0 : indexOf[symbol]!)
      .u64(addend);
  }
  return out;
}

const tableSection = (name: string, type: number, entrySize: number, bytes: Uint8Array, flags = 0): ElfSection => ({
  name,
  type,
  flags,
  addr: 0n,
  align: entrySize === 0 ? 1 : 8,
  entrySize,
  bytes,
  size: BigInt(bytes.length),
  relocations: [],
});

const alignUp = (value: number, align: number): number => Math.ceil(value / align) * align;

/** Zero-terminated strings, each stored once; offset 0 is the empty string. */
class StringTable {
  readonly #offsets = new Map<string, number>([['', 0]]);
  readonly #encoder = new TextEncoder();
  readonly #parts: Uint8Array[] = [new Uint8Array(1)];
  #length = 1;

  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#length;
    const encoded = this.#encoder.encode(`${text}\0`);
    this.#parts.push(encoded);
    this.#length += encoded.length;
    this.#offsets.set(text, offset);
    return offset;
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      out.set(part, offset);
      offset += part.length;
    }
    return out;
  }
}

/** Writes little-endian fields one after the other. */
class FieldWriter {
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  at(offset: number): this {
    this.#offset = offset;
    return this;
  }

  u8(value: number): this {
    this.#view.setUint8(this.#offset, value);
    this.#offset += 1;
    return this;
  }

  u16(value: number): this {
    this.#view.setUint16(this.#offset, value, true);
    this.#offset += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#offset, value, true);
    this.#offset += 4;
    return this;
  }

  u64(value: number | bigint): this {
    this.#view.setBigUint64(this.#offset, BigInt.asUintN(64, BigInt(value)), true);
    this.#offset += 8;
    return this;
  }
}
