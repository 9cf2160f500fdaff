/** Physical addresses that are no memory: devices. */
export interface Bus {
  /** @returns the value, unsigned; nothing when no device answers (the hart takes an access fault) */
  read(paddr: number, bytes: 1 | 2 | 4 | 8): bigint | undefined;
  /** @returns false when no device answers */
  write(paddr: number, bytes: 1 | 2 | 4 | 8, value: bigint): boolean;
}
