type Numbers = Readonly<Record<string, number>>;

/** Combines two records of the same numbers, number by number. */
export function combine<T extends object>(a: T, b: T, by: (a: number, b: number) => number): T {
  const [x, y] = [a as Numbers, b as Numbers];
  return Object.fromEntries(Object.keys(a).map((key) => [key, by(x[key]!, y[key]!)])) as T;
}
