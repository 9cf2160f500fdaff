/** Rows by key. @throws when two rows share a key: a mistake in a table of ours */
export function uniqueIndex<Row, Key>(rows: Iterable<Row>, keyOf: (row: Row) => Key): ReadonlyMap<Key, Row> {
  const index = new Map<Key, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    if (index.has(key)) throw new Error(`two rows have the key ${String(key)}`);
    index.set(key, row);
  }
  return index;
}
