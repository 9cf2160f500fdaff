import type { HostCalls } from './host-calls.ts';

export interface CapturedHostOptions {
  /** What the guest reads from standard input. */
  readonly input?: Uint8Array;
  /** What the guest sees as argv, the program's name first. */
  readonly programArguments?: readonly string[];
  /** Files that the guest may read: path → contents. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** A host without terminal and files: input is given, output is kept. */
export class CapturedHost implements HostCalls {
  readonly console = { write: this.#write.bind(this), read: this.#read.bind(this) };
  readonly programArguments: readonly string[];
  readonly openFiles = new Map();
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #output: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] };
  #input: Uint8Array;

  constructor({ input = new Uint8Array(), programArguments = ['program'], files = {} }: CapturedHostOptions = {}) {
    this.#input = input;
    this.programArguments = programArguments;
    this.#files = new Map(Object.entries(files));
  }

  /** What the guest wrote to standard output so far. */
  get output(): string {
    return decode(this.#output[1]);
  }

  /** What the guest wrote to standard error so far. */
  get errors(): string {
    return decode(this.#output[2]);
  }

  readFile(path: string): Uint8Array | undefined {
    return this.#files.get(path);
  }

  #write(fd: 1 | 2, bytes: Uint8Array): void {
    this.#output[fd].push(bytes.slice());
  }

  #read(length: number): Uint8Array {
    const taken = this.#input.subarray(0, length);
    this.#input = this.#input.subarray(length);
    return taken;
  }
}

function decode(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
}
