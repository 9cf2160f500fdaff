/** Rows of cells as lines, in columns of equal width. */
export function tableLines(rows: readonly (readonly string[])[], separator = '  '): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join(separator)
      .trimEnd(),
  );
}
