export const indented = (lines: readonly string[]): string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));

/** `31:25`, or `7` for a single bit. */
export const bitRange = (lsb: number, width: number): string => (width === 1 ? `${lsb}` : `${lsb + width - 1}:${lsb}`);
