import { expect, test } from 'vitest';
import wabt from 'wabt';
import {
  after,
  branch,
  call,
  choose,
  f64,
  get,
  i32,
  i64,
  loop,
  sequence,
  set,
  tailCallIndirect,
  when,
} from '../../src/wasm/code.ts';
import { ModuleWriter } from '../../src/wasm/module-writer.ts';

const instantiate = (writer: ModuleWriter, imports: WebAssembly.Imports = {}) =>
  new WebAssembly.Instance(new WebAssembly.Module(writer.finish()), imports).exports as Record<
    string,
    (...args: (number | bigint)[]) => number | bigint
  >;

test('a function computes with parameters, locals and a loop', () => {
  const writer = new ModuleWriter();
  const sum = writer.function({ parameters: ['i64'], result: 'i64' }, (scope) => {
    const n = scope.parameter('i64', 0);
    const total = scope.local('i64');
    return after(
      loop(
        when(
          i64.ne(get(n), i64.const(0)),
          set(total, i64.add(get(total), get(n))),
          set(n, i64.sub(get(n), i64.const(1))),
          branch(1),
        ),
      ),
      get(total),
    );
  });
  writer.export('sum', sum);
  expect(instantiate(writer).sum!(100n)).toBe(5050n);
});

test('64-bit constants survive LEB128 at its corners', () => {
  const values = [0n, -1n, 63n, 64n, -64n, -65n, 0x7fffffffn, -0x80000000n, 0x80000000n, 2n ** 63n - 1n, -(2n ** 63n)];
  const writer = new ModuleWriter();
  for (const [k, value] of values.entries())
    writer.export(
      `f${k}`,
      writer.function({ parameters: [], result: 'i64' }, () => i64.const(value)),
    );
  const exports = instantiate(writer);
  expect(values.map((_, k) => exports[`f${k}`]!())).toEqual(values);
});

test('functions placed in an imported table call each other by tail calls without growing the stack', () => {
  const writer = new ModuleWriter();
  writer.importTable('host', 'table', 2);
  const signature = { parameters: ['i32'], result: 'i32' } as const;
  const type = writer.signature(signature);
  const hop = (to: number) =>
    writer.function(signature, (scope) => {
      const n = scope.parameter('i32', 0);
      return choose(
        'i32',
        i32.isZero(get(n)),
        i32.const(7),
        after(tailCallIndirect(type, i32.const(to), i32.sub(get(n), i32.const(1))), i32.const(0)),
      );
    });
  writer.placeInTable(0, [hop(1), hop(0)]);
  const start = writer.function(signature, (scope) =>
    tailCallIndirect(type, i32.const(0), get(scope.parameter('i32', 0))),
  );
  writer.export('start', start);
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 2 });
  expect(instantiate(writer, { host: { table } }).start!(1_000_000)).toBe(7);
});

test('the reference toolkit reads what is written', async () => {
  const writer = new ModuleWriter();
  writer.importMemory('host', 'memory', 1, 2);
  const log = writer.importFunction('host', 'log', { parameters: ['f64'], result: 'none' });
  const main = writer.function({ parameters: ['i32'], result: 'none' }, (scope) => {
    const address = scope.parameter('i32', 0);
    return sequence(i64.store32(get(address), i64.const(5), 1024), call(log, f64.load(get(address), 8)));
  });
  writer.export('main', main);
  const { readWasm } = await wabt();
  const module = readWasm(writer.finish(), { readDebugNames: false });
  module.validate();
  expect(module.toText({ foldExprs: true, inlineExport: false })).toMatchInlineSnapshot(`
    "(module
      (type (;0;) (func (param f64)))
      (type (;1;) (func (param i32)))
      (import "host" "memory" (memory (;0;) 1 2))
      (import "host" "log" (func (;0;) (type 0)))
      (func (;1;) (type 1) (param i32)
        (i64.store32 offset=1024 align=1
          (local.get 0)
          (i64.const 5))
        (call 0
          (f64.load offset=8 align=1
            (local.get 0))))
      (export "main" (func 1)))
    "
  `);
  module.destroy();
});
