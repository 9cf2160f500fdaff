/**
 * System calls that programs make through HTIF. The numbers are Linux's for RISC-V; what reaches files and terminal is
 * behind two ports, so that the same machine runs in a browser.
 * @source gemmini-isa §10.6–10.7; the system calls of the RISC-V front-end server
 */
import type { GuestFault } from '../hart/coprocessor.ts';
import { machineFault } from './faults.ts';
import type { GuestRam } from './guest-ram.ts';

/** The guest's standard streams. */
export interface Console {
  /** @param fd 1 for output, 2 for errors */
  write(fd: 1 | 2, bytes: Uint8Array): void;
  /** @returns at most `length` bytes of input; none at its end */
  read(length: number): Uint8Array;
}

export interface HostCalls {
  readonly console: Console;
  /** What the guest sees as argv. */
  readonly programArguments: readonly string[];
  /** @returns contents of a file that the guest may read */
  readFile(path: string): Uint8Array | undefined;
  /** Open files; the first three are the standard streams. */
  readonly openFiles: Map<number, OpenFile>;
}

interface OpenFile {
  readonly bytes: Uint8Array;
  position: number;
}

export type HostCallOutcome =
  | { readonly kind: 'return'; readonly value: bigint }
  | { readonly kind: 'exit'; readonly code: bigint }
  | { readonly kind: 'fault'; readonly fault: GuestFault };

/** Negated errno values, as Linux returns them. */
const ERROR = { noEntry: -2n, badFile: -9n, noMemory: -12n, invalid: -22n, readOnly: -30n } as const;

type Arguments = readonly bigint[];
type Call = (calls: HostCalls, ram: GuestRam, args: Arguments) => HostCallOutcome;

/** Number → name and action. `docs/cli.md` lists this table. */
export const HOST_CALLS: ReadonlyMap<number, { readonly name: string; readonly call: Call }> = new Map([
  [56, { name: 'openat', call: openAt }],
  [57, { name: 'close', call: close }],
  [62, { name: 'lseek', call: seek }],
  [63, { name: 'read', call: read }],
  [64, { name: 'write', call: write }],
  [67, { name: 'pread', call: readAt }],
  [79, { name: 'fstatat', call: pathStatus }],
  [80, { name: 'fstat', call: fileStatus }],
  [93, { name: 'exit', call: (_calls, _ram, [code]) => ({ kind: 'exit', code: code! }) }],
  [2011, { name: 'getmainvars', call: getMainVariables }],
]);

/** @param words number and up to seven arguments */
export function hostCall(calls: HostCalls, ram: GuestRam, words: readonly bigint[]): HostCallOutcome {
  const [number, ...args] = words;
  const known = number! < 1n << 32n ? HOST_CALLS.get(Number(number)) : undefined;
  if (known !== undefined) return known.call(calls, ram, args);
  return { kind: 'fault', fault: machineFault('host-call', `number ${number}`) };
}

function write(calls: HostCalls, ram: GuestRam, [fd, buffer, length]: Arguments): HostCallOutcome {
  if (fd !== 1n && fd !== 2n) return done(calls.openFiles.has(Number(fd)) ? ERROR.readOnly : ERROR.badFile);
  const bytes = bufferOf(ram, buffer!, length!);
  if (bytes === undefined) return badBuffer('write', buffer!, length!);
  calls.console.write(fd === 1n ? 1 : 2, bytes);
  return done(length!);
}

function read(calls: HostCalls, ram: GuestRam, [fd, buffer, length]: Arguments): HostCallOutcome {
  const target = bufferOf(ram, buffer!, length!);
  if (target === undefined) return badBuffer('read', buffer!, length!);
  if (fd === 0n) {
    const bytes = calls.console.read(target.length);
    target.set(bytes);
    return done(BigInt(bytes.length));
  }
  const file = calls.openFiles.get(Number(fd));
  if (file === undefined) return done(ERROR.badFile);
  const copied = copyFrom(file, file.position, target);
  file.position += copied;
  return done(BigInt(copied));
}

function readAt(calls: HostCalls, ram: GuestRam, [fd, buffer, length, offset]: Arguments): HostCallOutcome {
  const target = bufferOf(ram, buffer!, length!);
  if (target === undefined) return badBuffer('pread', buffer!, length!);
  const file = calls.openFiles.get(Number(fd));
  if (file === undefined) return done(ERROR.badFile);
  return done(BigInt(copyFrom(file, Number(offset), target)));
}

function copyFrom(file: OpenFile, offset: number, target: Uint8Array): number {
  const bytes = file.bytes.subarray(offset, offset + target.length);
  target.set(bytes);
  return bytes.length;
}

/** Arguments: directory, path, length of the path with its terminator, flags, mode. */
function openAt(calls: HostCalls, ram: GuestRam, [, pathAddr, pathLength, flags]: Arguments): HostCallOutcome {
  const path = pathOf(ram, pathAddr!, pathLength!);
  if (path === undefined) return badBuffer('openat', pathAddr!, pathLength!);
  const isForWriting = (flags! & 3n) !== 0n;
  if (isForWriting) return done(ERROR.readOnly);
  const bytes = calls.readFile(path);
  if (bytes === undefined) return done(ERROR.noEntry);
  let fd = 3;
  while (calls.openFiles.has(fd)) fd++;
  calls.openFiles.set(fd, { bytes, position: 0 });
  return done(BigInt(fd));
}

function close(calls: HostCalls, _ram: GuestRam, [fd]: Arguments): HostCallOutcome {
  return done(calls.openFiles.delete(Number(fd)) ? 0n : ERROR.badFile);
}

function seek(calls: HostCalls, _ram: GuestRam, [fd, offset, whence]: Arguments): HostCallOutcome {
  const file = calls.openFiles.get(Number(fd));
  if (file === undefined) return done(ERROR.badFile);
  const origins = [0, file.position, file.bytes.length];
  const origin = origins[Number(whence)];
  const position = (origin ?? -1) + Number(BigInt.asIntN(64, offset!));
  if (origin === undefined || position < 0) return done(ERROR.invalid);
  file.position = position;
  return done(BigInt(position));
}

/** Size and offsets of the fields of Linux's struct stat that mean something here. */
const STAT = { size: 128, mode: 16, links: 20, fileSize: 48, blockSize: 56 } as const;
const MODE = { characterDevice: 0o020620, regularFile: 0o100444 } as const;

function fileStatus(calls: HostCalls, ram: GuestRam, [fd, buffer]: Arguments): HostCallOutcome {
  const file = calls.openFiles.get(Number(fd));
  if (file === undefined && fd! > 2n) return done(ERROR.badFile);
  return writeStatus('fstat', ram, buffer!, file?.bytes);
}

/** Arguments: directory or file, path (empty for the file itself), its length, buffer, flags. */
function pathStatus(calls: HostCalls, ram: GuestRam, [fd, pathAddr, pathLength, buffer]: Arguments): HostCallOutcome {
  const path = pathOf(ram, pathAddr!, pathLength!);
  if (path === undefined) return badBuffer('fstatat', pathAddr!, pathLength!);
  if (path === '') return fileStatus(calls, ram, [fd!, buffer!]);
  const bytes = calls.readFile(path);
  return bytes === undefined ? done(ERROR.noEntry) : writeStatus('fstatat', ram, buffer!, bytes);
}

/** @param contents of a regular file; nothing for a terminal */
function writeStatus(call: string, ram: GuestRam, buffer: bigint, contents: Uint8Array | undefined): HostCallOutcome {
  const bytes = bufferOf(ram, buffer, BigInt(STAT.size));
  if (bytes === undefined) return badBuffer(call, buffer, BigInt(STAT.size));
  bytes.fill(0);
  const fields = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  fields.setUint32(STAT.mode, contents === undefined ? MODE.characterDevice : MODE.regularFile, true);
  fields.setUint32(STAT.links, 1, true);
  fields.setBigUint64(STAT.fileSize, BigInt(contents?.length ?? 0), true);
  fields.setUint32(STAT.blockSize, 4096, true);
  return done(0n);
}

/** Writes {argc, argv[0] … argv[argc−1], 0, envp end 0} and then the strings that argv points to. */
function getMainVariables({ programArguments }: HostCalls, ram: GuestRam, [buffer, limit]: Arguments): HostCallOutcome {
  const strings = programArguments.map((one) => new TextEncoder().encode(`${one}\0`));
  const wordBytes = 8 * (strings.length + 3);
  const total = strings.reduce((sum, { length }) => sum + length, wordBytes);
  if (BigInt(total) > limit!) return done(ERROR.noMemory);
  const bytes = ram.view(buffer!, total);
  if (bytes === undefined) return badBuffer('getmainvars', buffer!, BigInt(total));
  bytes.fill(0, 0, wordBytes);
  const words = new DataView(bytes.buffer, bytes.byteOffset, wordBytes);
  words.setBigUint64(0, BigInt(strings.length), true);
  let offset = wordBytes;
  for (const [index, text] of strings.entries()) {
    words.setBigUint64(8 * (index + 1), buffer! + BigInt(offset), true);
    bytes.set(text, offset);
    offset += text.length;
  }
  return done(0n);
}

const done = (value: bigint): HostCallOutcome => ({ kind: 'return', value });

const bufferOf = (ram: GuestRam, addr: bigint, length: bigint): Uint8Array | undefined =>
  length <= BigInt(ram.size) ? ram.view(addr, Number(length)) : undefined;

/** A path without its terminator, which its length counts. */
function pathOf(ram: GuestRam, addr: bigint, length: bigint): string | undefined {
  const bytes = bufferOf(ram, addr, length);
  return bytes && new TextDecoder().decode(bytes.subarray(0, Math.max(0, bytes.length - 1)));
}

const badBuffer = (name: string, addr: bigint, length: bigint): HostCallOutcome => ({
  kind: 'fault',
  fault: machineFault('host-call-buffer', `${name} of ${length} bytes at 0x${addr.toString(16)}`),
});
