/** The part of binary-parser that is used here: its own declarations cannot be reached through its package exports. */
declare module 'binary-parser' {
  export class Parser {
    endianness(endianness: 'little'): this;
    skip(bytes: number): this;
    uint8(name: string): this;
    uint16(name: string): this;
    uint32(name: string): this;
    uint64(name: string): this;
    int64(name: string): this;
    array(name: string, options: { readonly type: Parser; readonly readUntil: 'eof' }): this;
    // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the fields that were declared
    parse(bytes: Uint8Array): any;
  }
}
