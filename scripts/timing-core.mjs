// Compiles the timing core, src/timing/core, to WebAssembly: `src/timing/core-bytes.ts` holds the module.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const CORE = path.join('src', 'timing', 'core');
const ENTRY = path.join(CORE, 'core.ts');
const BYTES = path.join(ROOT, 'src', 'timing', 'core-bytes.ts');
const PORTABLE = path.join(CORE, 'portable.ts');

/** What AssemblyScript has built in, and its own version of the rest of the portable part. */
const BUILT_IN = new Set(['Fixed', 'bool', 'f64', 'fixed', 'i32']);
const PRELUDE = `
// Beside a number this large, whole numbers stand in the low bits: cheaper than a conversion, which checks its range.
@inline export function low32(value: f64): i32 { return <i32>reinterpret<i64>(value + 6755399441055744.0); }
@inline export function lowestBit(bits: i32): i32 { return ctz(bits); }
// Whole numbers up to 2 ** 49 and infinity leave the low three bits free, and compare as integers.
@inline export function earliestOf(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64): i32 {
  const first = least(reinterpret<i64>(a), reinterpret<i64>(b) | 1);
  const second = least(reinterpret<i64>(c) | 2, reinterpret<i64>(d) | 3);
  const third = least(reinterpret<i64>(e) | 4, reinterpret<i64>(f) | 5);
  return <i32>least(least(first, second), third) & 7;
}
@inline function least(a: i64, b: i64): i64 { return select<i64>(a, b, a < b); }
@inline export function addressOf<T>(object: T): i32 { return <i32>changetype<usize>(object); }
@inline export function addressOfElements<T>(array: T): i32 { return <i32>changetype<usize>(array); }
@global @inline function later(a: f64, b: f64): f64 {
  return reinterpret<f64>(select<i64>(reinterpret<i64>(a), reinterpret<i64>(b), a > b));
}
@global @inline function earlier(a: f64, b: f64): f64 {
  return reinterpret<f64>(select<i64>(reinterpret<i64>(a), reinterpret<i64>(b), a < b));
}
`;
/** Functions of so many nodes become a part of whoever calls them: twice as many makes the model slower again. */
const INLINED = 100;
/** With this variable set, the module stops at an index that an array does not have and at a missing object; it is slower. */
const isChecked = process.env.POLLUX_CHECKED_CORE !== undefined;
const UNCHECKED = ['--noAssert', '--uncheckedBehavior', 'always'];
const OPTIONS = ['-O3', '--runtime', 'stub', ...(isChecked ? [] : UNCHECKED)];

/**
 * AssemblyScript knows neither type-only imports nor imports of its own types, and the extremes of floats, which are
 * branches for the sake of NaN, are most of what the model computes: `later` and `earlier` have none. No array of the core
 * changes its length: the elements of static arrays are a load nearer than those of typed ones.
 */
function translate(text) {
  return text
    .replace(/\bMath\.max\(/g, 'later(')
    .replace(/\bMath\.min\(/g, 'earlier(')
    .replace(/\bFixed</g, 'StaticArray<')
    .replace(/\bfixed</g, 'new StaticArray<')
    .replace(/\bFloat64Array\b/g, 'StaticArray<f64>')
    .replace(/\bInt32Array\b/g, 'StaticArray<i32>')
    .replace(/\bUint8Array\b/g, 'StaticArray<u8>')
    .replace(/import type /g, 'import ')
    .replace(/([{,]\s*)type (?=\w+\s*[,}])/g, '$1')
    .replace(/import \{([^}]*)\} from '([^']*portable\.ts)';/g, (_, names, from) => {
      const kept = names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !BUILT_IN.has(name));
      return kept.length === 0 ? '' : `import { ${kept.join(', ')} } from '${from}';`;
    });
}

/** @returns the module's bytes; throws with the compiler's messages */
async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  const messages = [];
  const written = new Map();
  const stream = { write: (chunk) => messages.push(String(chunk)) };
  const { error } = await asc.main([ENTRY, '--outFile', 'core.wasm', ...OPTIONS], {
    stdout: stream,
    stderr: stream,
    readFile(name, base) {
      // Imports name their files in full, and the compiler adds the extension once more.
      const file = path.resolve(ROOT, base, name.replace(/\.ts\.ts$/, '.ts'));
      if (file === path.join(ROOT, PORTABLE)) return PRELUDE;
      return existsSync(file) ? translate(readFileSync(file, 'utf8')) : null;
    },
    writeFile: (name, contents) => written.set(name, contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${messages.join('')}`);
  return inlined(written.get('core.wasm'));
}

/** The compiler inlines little, and a step of the model is many small methods. */
async function inlined(bytes) {
  const { default: binaryen } = await import('binaryen');
  const module = binaryen.readBinary(bytes);
  const { MutableGlobals, NontrappingFPToInt, SignExt, BulkMemory, BulkMemoryOpt } = binaryen.Features;
  module.setFeatures(MutableGlobals | NontrappingFPToInt | SignExt | BulkMemory | BulkMemoryOpt);
  binaryen.setOptimizeLevel(4);
  binaryen.setShrinkLevel(0);
  binaryen.setAlwaysInlineMaxSize(INLINED);
  binaryen.setFlexibleInlineMaxSize(2 * INLINED);
  binaryen.setOneCallerInlineMaxSize(-1);
  binaryen.setAllowInliningFunctionsWithLoops(true);
  module.optimize();
  return module.emitBinary();
}

/** Writes the module unless the one that is there was made from the sources as they are. */
export async function buildTimingCore() {
  const mark = `// sources ${fingerprint()}\n`;
  if (existsSync(BYTES) && readFileSync(BYTES, 'utf8').startsWith(mark)) return;
  const bytes = Buffer.from(await compile()).toString('base64');
  writeFileSync(
    BYTES,
    `${mark}// Written by scripts/timing-core.mjs.\nimport { bytesOfBase64 } from '../support/base64.ts';\n\nexport const timingCoreBytes = () => bytesOfBase64('${bytes}');\n`,
  );
}

/** Everything that decides what the module is. */
function fingerprint() {
  const hash = createHash('sha256').update(OPTIONS.join());
  const core = path.join(ROOT, CORE);
  const files = readdirSync(core, { recursive: true }).filter((file) => file.endsWith('.ts'));
  for (const file of [
    ...files.sort().map((name) => path.join(core, name)),
    path.join(ROOT, 'src', 'isa', 'local-address-bits.ts'),
    path.join(ROOT, 'package-lock.json'),
    fileURLToPath(import.meta.url),
  ])
    hash.update(readFileSync(file));
  return hash.digest('hex');
}
