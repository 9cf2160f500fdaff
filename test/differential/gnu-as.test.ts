import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/support/random.ts';
import {
  assembleWithGnu,
  assembleWithOurs,
  comparable,
  compileWithGcc,
  reasonWithoutAs,
  reasonWithoutGcc,
} from './gnu-as.ts';
import { randomSource } from './random-source.ts';

function expectEqual(text: string): void {
  const [theirs, ours] = [assembleWithGnu(text), assembleWithOurs(text)];
  if (typeof theirs === 'string') throw new Error(`GNU as: ${theirs}`);
  if (typeof ours === 'string') throw new Error(`ours: ${ours}`);
  expect(comparable(ours)).toEqual(comparable(theirs));
}

const note = (reason: string | undefined): string => (reason === undefined ? '' : ` (skipped: ${reason})`);

describe.skipIf(reasonWithoutAs !== undefined)(`objects equal those of GNU as${note(reasonWithoutAs)}`, () => {
  test('every directive and pseudo-instruction', () => {
    expectEqual(readFileSync('test/differential/directives.s', 'utf8'));
  });

  test.each([1, 2, 3, 4, 5, 6])('1000 random instructions, seed %i', (seed) =>
    expectEqual(randomSource(new SeededRandom(seed), 1000)),
  );
});

describe.skipIf(reasonWithoutGcc !== undefined)(
  `objects of C programs equal those of GNU as${note(reasonWithoutGcc)}`,
  () => {
    const C = `
    typedef double vector __attribute__((vector_size(16)));
    struct shape { int kind; double size; const char *name; };
    static const struct shape SHAPES[] = { { 1, 2.5, "disc" }, { 2, 1e-300, "square" } };
    extern int far(int, ...);
    int counter = 7, zeroed[100]; static long hidden; const char *text = "text";
    long choose(int which, long x) {
      switch (which) {
        case 0: return x + 1; case 1: return x * 5; case 2: return x >> 3; case 3: return x ^ 77; case 4: return far(3, x, 2.5);
        case 5: return hidden++; case 6: return counter += x; case 9: return x / 10; default: return -1;
      }
    }
    float mix(float a, double b, int c) { return a * b + c / 3.0f - (float)(b > a ? SHAPES[c].size : zeroed[c]); }
    int sum(const signed char *p, unsigned n) { int s = 0; for (unsigned i = 0; i < n; i++) s += p[i] * SHAPES[i & 1].kind; return s; }
    int atomic(int *p) { return __atomic_fetch_add(p, 3, __ATOMIC_SEQ_CST) + __atomic_load_n(p, __ATOMIC_ACQUIRE); }
    void command(unsigned long a, unsigned long b) { __asm__ volatile(".insn r CUSTOM_3, 3, 2, x0, %0, %1" : : "r"(a), "r"(b)); }
  `;
    test('-g, but for the unwind tables, which are not written', () => {
      const text = compileWithGcc(C, ['-O2', '-g']).replace(/^\s*\.cfi_.*$/gm, '');
      expectEqual(text);
    });

    test.each(['-O0', '-O2', '-O3', '-Os', '-O2 -mcmodel=medany', '-O1 -fPIC'])('%s', (options) =>
      expectEqual(compileWithGcc(C, options.split(' '))),
    );
  },
);
