/**
 * Collects functions, imports and exports and writes the binary module. Imports come before definitions, as function
 * indices demand.
 */
import { type Callee, type Code, type Local, type Statement, TYPE_CODES, type ValueType } from './code.ts';
import { signedLeb, unsignedLeb } from './leb128.ts';

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | 'none';
}

/** Parameters and locals of a function while its body is written. */
export class FunctionScope {
  readonly #parameters: number;
  readonly #types: ValueType[];
  /** Temporary locals that nobody has, by type; undefined as long as all locals are permanent. */
  #free: Map<ValueType, Local[]> | undefined;
  readonly #taken: Local[] = [];

  constructor(parameters: readonly ValueType[]) {
    this.#parameters = parameters.length;
    this.#types = [...parameters];
  }

  parameter<T extends ValueType>(type: T, index: number): Local<T> {
    if (this.#types[index] !== type || index >= this.#parameters)
      throw new Error(`parameter ${index} is ${this.#types[index]}, not ${type}`);
    return { type, index };
  }

  local<T extends ValueType>(type: T): Local<T> {
    const free = this.#free?.get(type)?.pop();
    if (free !== undefined) {
      this.#taken.push(free);
      return free as Local<T>;
    }
    this.#types.push(type);
    const local = { type, index: this.#types.length - 1 };
    if (this.#free !== undefined) this.#taken.push(local);
    return local;
  }

  /**
   * Locals handed out since the last call may be handed out again: whoever has them is done with them. Those from before
   * the first call are permanent.
   */
  recycle(): void {
    this.#free ??= new Map();
    for (const local of this.#taken.splice(0)) {
      const known = this.#free.get(local.type);
      if (known === undefined) this.#free.set(local.type, [local]);
      else known.push(local);
    }
  }

  /** The locals' declaration: runs of equal types. */
  encodeLocals(): number[] {
    const runs: { count: number; type: ValueType }[] = [];
    for (const type of this.#types.slice(this.#parameters)) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ count: 1, type });
    }
    return vector(runs.map(({ count, type }) => [...unsignedLeb(count), TYPE_CODES[type]]));
  }
}

interface Definition {
  readonly signature: number;
  body: readonly number[];
}

/** "\0asm", version 1. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const FUNCREF = 0x70;

export class ModuleWriter {
  readonly #signatures: string[] = [];
  readonly #signatureBytes: number[][] = [];
  readonly #imports: number[][] = [];
  readonly #definitions: Definition[] = [];
  readonly #exports: number[][] = [];
  readonly #elements: { readonly start: number; readonly functions: readonly Callee[] }[] = [];
  #importedFunctions = 0;

  /** Index of a function type, added on first use. */
  signature({ parameters, result }: Signature): number {
    const key = `${parameters.join()}:${result}`;
    const known = this.#signatures.indexOf(key);
    if (known >= 0) return known;
    this.#signatureBytes.push([
      0x60,
      ...vector(parameters.map((type) => [TYPE_CODES[type]])),
      ...vector(result === 'none' ? [] : [[TYPE_CODES[result]]]),
    ]);
    return this.#signatures.push(key) - 1;
  }

  importFunction<R extends ValueType | 'none'>(
    module: string,
    name: string,
    signature: { readonly parameters: readonly ValueType[]; readonly result: R },
  ): Callee<R> {
    if (this.#definitions.length > 0) throw new Error('imports come before definitions');
    this.#imports.push([...text(module), ...text(name), FUNCTION, ...unsignedLeb(this.signature(signature))]);
    return { index: this.#importedFunctions++, result: signature.result };
  }

  /** The one memory; sizes in 64 KiB pages. */
  importMemory(module: string, name: string, minimum: number, maximum: number): void {
    const limits = [0x01, ...unsignedLeb(minimum), ...unsignedLeb(maximum)];
    this.#imports.push([...text(module), ...text(name), MEMORY, ...limits]);
  }

  /** The one function table, of at least `minimum` entries. */
  importTable(module: string, name: string, minimum: number): void {
    this.#imports.push([...text(module), ...text(name), TABLE, FUNCREF, 0x00, ...unsignedLeb(minimum)]);
  }

  /** Announces a function so that others may call it; its body follows with `define`. */
  declare<R extends ValueType | 'none'>(signature: {
    readonly parameters: readonly ValueType[];
    readonly result: R;
  }): Callee<R> {
    this.#definitions.push({ signature: this.signature(signature), body: [] });
    return { index: this.#importedFunctions + this.#definitions.length - 1, result: signature.result };
  }

  define(callee: Callee, scope: FunctionScope, body: Code<ValueType | 'none'>): void {
    const definition = this.#definitions[callee.index - this.#importedFunctions];
    if (definition === undefined || definition.body.length > 0) throw new Error(`function ${callee.index} has a body`);
    definition.body = scope.encodeLocals().concat(body, 0x0b);
  }

  /** Declares and defines; `write` gets the scope and the parameters' types as declared. */
  function<R extends ValueType | 'none'>(
    signature: { readonly parameters: readonly ValueType[]; readonly result: R },
    write: (scope: FunctionScope) => Code<R> | Statement,
  ): Callee<R> {
    const callee = this.declare(signature);
    const scope = new FunctionScope(signature.parameters);
    this.define(callee, scope, write(scope));
    return callee;
  }

  export(name: string, callee: Callee): void {
    this.#exports.push([...text(name), FUNCTION, ...unsignedLeb(callee.index)]);
  }

  /** Puts functions into the imported table, from entry `start` on, when the module is instantiated. */
  placeInTable(start: number, functions: readonly Callee[]): void {
    this.#elements.push({ start, functions });
  }

  finish(): Uint8Array<ArrayBuffer> {
    const sections: (readonly [id: number, items: readonly (readonly number[])[]])[] = [
      [1, this.#signatureBytes],
      [2, this.#imports],
      [3, this.#definitions.map(({ signature }) => unsignedLeb(signature))],
      [7, this.#exports],
      [
        9,
        this.#elements.map(({ start, functions }) => [
          0x00,
          0x41,
          ...signedLeb(start),
          0x0b,
          ...vector(functions.map(({ index }) => unsignedLeb(index))),
        ]),
      ],
      [10, this.#definitions.map(({ body }) => sized(body))],
    ];
    const used = sections.filter(([, items]) => items.length > 0);
    return Uint8Array.from(MAGIC.concat(...used.map(([id, items]) => [id].concat(sized(vector(items))))));
  }
}

const encoder = new TextEncoder();
const text = (string: string): number[] => sized([...encoder.encode(string)]);

// Pieces are joined with `concat`, which copies them whole, also while this is not hot.
const sized = (bytes: readonly number[]): number[] => unsignedLeb(bytes.length).concat(bytes);
const vector = (items: readonly (readonly number[])[]): number[] => unsignedLeb(items.length).concat(...items);
