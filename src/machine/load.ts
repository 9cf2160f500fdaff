import { type ElfFile, type ElfSegment, SEGMENT_TYPES } from '../elf/format.ts';
import { type Diagnostic, errorAt } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import type { LoadErrorCode } from './errors.ts';
import type { GuestRam } from './guest-ram.ts';

/**
 * Puts the loadable segments into RAM at their physical addresses. Memory beyond a segment's file contents (.bss) stays as
 * it is: zero in a new machine, which is what start-up code expects that does not clear it.
 * @returns the entry point
 */
export function loadProgram(elf: ElfFile, ram: GuestRam): Result<bigint, Diagnostic> {
  if (elf.type === 'rel')
    return fail(loadError('LOAD002', 'the file is an object (ET_REL), not a program', 'link it with ld'));
  const segments = elf.segments.filter(({ type, memorySize }) => type === SEGMENT_TYPES.load && memorySize > 0n);
  if (segments.length === 0) return fail(loadError('LOAD004', 'the file has no loadable segment'));
  const outside = segments.filter(({ paddr, memorySize }) => !ram.contains(paddr, memorySize));
  if (outside.length > 0) return fail(...outside.map((segment) => outsideRam(segment, ram)));
  if (!segments.some(({ vaddr, memorySize }) => elf.entry >= vaddr && elf.entry < vaddr + memorySize))
    return fail(
      loadError('LOAD003', `the entry point ${hex(elf.entry)} lies in no segment`, 'name the entry with "ld -e"'),
    );
  for (const { paddr, bytes } of segments) ram.view(paddr, bytes.length)!.set(bytes);
  return succeed(elf.entry);
}

function outsideRam({ paddr, memorySize }: ElfSegment, ram: GuestRam): Diagnostic {
  const end = paddr + memorySize;
  return loadError(
    'LOAD001',
    `a segment takes ${hex(paddr)}…${hex(end)}, RAM is ${hex(ram.base)}…${hex(ram.end)}`,
    paddr >= ram.base
      ? `enlarge memory.size to at least ${end - ram.base} bytes`
      : 'link for the address of RAM, or set memory.base',
  );
}

const loadError = (code: LoadErrorCode, message: string, hint?: string): Diagnostic =>
  errorAt(code, undefined, message, hint);

const hex = (value: bigint): string => `0x${value.toString(16)}`;
