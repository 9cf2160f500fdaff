import { describe, expect, test } from 'vitest';
import { findPreset, PRESETS } from '../../../src/machine/config/presets.ts';
import { type ConfigLayer, parseAssignment, resolveConfig } from '../../../src/machine/config/resolve.ts';
import { DEFAULT_MACHINE, PARAMETERS } from '../../../src/machine/config/schema.ts';
import { SeededRandom } from '../../../src/support/random.ts';

function set(...texts: string[]): ConfigLayer[] {
  return texts.map((text) => {
    const layer = parseAssignment(text);
    if (!layer.ok) throw new Error(layer.errors[0]!.message);
    return layer.value;
  });
}

function machineOf(layers: readonly ConfigLayer[]) {
  const outcome = resolveConfig(layers);
  if (!outcome.ok) throw new Error(outcome.errors.map(({ message }) => message).join('\n'));
  return outcome.value;
}

function errorsOf(layers: readonly ConfigLayer[]) {
  const outcome = resolveConfig(layers);
  return outcome.ok ? [] : outcome.errors;
}

test('no layers give the default machine, every value marked as default', () => {
  const { machine, entries } = machineOf([]);
  expect(machine).toEqual(DEFAULT_MACHINE);
  expect([...entries.keys()]).toEqual([...PARAMETERS.keys()]);
  expect(new Set([...entries.values()].map(({ origin }) => origin))).toEqual(new Set(['default']));
});

test('the last layer wins key by key, and each value knows its origin', () => {
  const file = { origin: 'file my.yaml', values: { accelerator: { dim: 8, scratchpad: { banks: 2 } } } };
  const { machine, entries } = machineOf([file, ...set('accelerator.dim=4')]);
  expect(machine.accelerator.dim).toBe(4);
  expect(machine.accelerator.scratchpad).toEqual({ banks: 2, bankRows: 4096 });
  expect(entries.get('accelerator.dim')).toEqual({ value: 4, origin: '--set' });
  expect(entries.get('accelerator.scratchpad.banks')).toEqual({ value: 2, origin: 'file my.yaml' });
});

test('numbers on the command line may be hexadecimal, and sizes may have binary units', () => {
  const { machine } = machineOf(
    set('memory.base=0x1000_0000', 'memory.size=64MiB', 'accelerator.rtlBehaviours=exact-rounding'),
  );
  expect(machine.memory).toMatchObject({ base: 0x1000_0000, size: 64 * 2 ** 20 });
  expect(machine.accelerator.rtlBehaviours).toEqual(['exact-rounding']);
});

test.each([
  ['accelerator.dataflow=os', 'nearest legal value: accelerator.dataflow=output-stationary'],
  ['accelerator.dataflow=one', 'nothing legal is near; the default is accelerator.dataflow=both'],
  ['accelerator.elementType=INT16', 'nearest legal value: accelerator.elementType=int16'],
  ['accelerator.customOpcode=x', 'nothing legal is near; the default is accelerator.customOpcode=3'],
  ['accelerator.dim=a', 'nothing legal is near; the default is accelerator.dim=16'],
  [
    'accelerator.mvinScalesAccumulator=or',
    'nothing legal is near; the default is accelerator.mvinScalesAccumulator=false',
  ],
  ['accelerator.mvinScalesAccumulator=ture', 'nearest legal value: accelerator.mvinScalesAccumulator=true'],
  ['accelerator.rtlBehaviours=exact-roundin', 'nearest legal value: accelerator.rtlBehaviours=exact-rounding'],
  ['accelerator.rtlBehaviours=names', 'nothing legal is near; the default is accelerator.rtlBehaviours=none'],
])('the hint of %s is a legal value, no word of the rule', (text, hint) => {
  const layer = parseAssignment(text);
  expect(layer.ok && resolveConfig([layer.value])).toMatchObject({ errors: [{ code: 'CFG002', hint }] });
});

describe('errors name key, value, rule, origin and the nearest legal value', () => {
  test('a number that breaks its rule', () => {
    expect(errorsOf(set('accelerator.dim=12'))).toEqual([
      {
        code: 'CFG002',
        severity: 'error',
        message: 'accelerator.dim is 12 (--set), must be a power of two from 2 to 64',
        hint: 'nearest legal value: accelerator.dim=16',
      },
    ]);
  });
  test('a name that is no choice', () => {
    expect(errorsOf(set('accelerator.elementType=int9'))[0]).toMatchObject({
      code: 'CFG002',
      hint: 'nearest legal value: accelerator.elementType=int8',
    });
  });
  test('a key that does not exist', () => {
    expect(errorsOf(set('accelerator.dimm=8'))[0]).toMatchObject({
      code: 'CFG001',
      message: 'no key accelerator.dimm (--set)',
      hint: 'did you mean accelerator.dim?',
    });
    expect(errorsOf(set('dim=8'))[0]).toMatchObject({ hint: 'did you mean accelerator.dim?' });
  });
  test('a value where a section is', () => {
    expect(errorsOf(set('memory=12'))[0]).toMatchObject({
      code: 'CFG002',
      message: expect.stringContaining('memory is a section'),
    });
  });
  test('several problems at once', () => {
    expect(errorsOf(set('accelerator.dim=0', 'harts=0', 'nothing=1')).map(({ code }) => code)).toEqual([
      'CFG001',
      'CFG002',
      'CFG002',
    ]);
  });
  test.each([
    [
      ['accelerator.elementType=fp16'],
      'accelerator.accumulatorType is int32, which does not go with accelerator.elementType fp16',
      'set accelerator.accumulatorType=fp32',
    ],
    [['cache.ways=3'], 'sets a bank, must be a power of two', 'nearest legal value: cache.ways=4'],
    [['cache.ways=64', 'cache.sizeKib=16', 'cache.banks=16'], '0.25 sets a bank', 'nearest legal value: cache.ways=16'],
    [['host.dcacheSets=64', 'cache.lineBytes=128'], 'more than a page', 'nearest legal value: host.dcacheSets=32'],
    [['translation.l2Ways=3'], 'must be a power of two', 'nearest legal value: translation.l2Ways=1'],
    [['bus.beatBytes=64', 'cache.lineBytes=32'], 'longer than a line of 32', 'nearest legal value: bus.beatBytes=32'],
    [
      ['cache.sizeKib=16', 'harts=4'],
      'cannot hold what the data caches of 4 harts',
      'nearest legal value: cache.sizeKib=64',
    ],
    [['memory.ddr.refi=100'], 'leaves no time', 'nearest legal value: memory.ddr.refi=161'],
    [
      ['memory.ddr.rowBytes=512', 'cache.lineBytes=1024', 'host.dcacheSets=4', 'host.icacheSets=4'],
      'longer than a row',
      'nearest legal value: memory.ddr.rowBytes=1024',
    ],
    [['memory.base=0'], 'covers the boot ROM at 0x1000', 'nearest legal value: memory.base=0x80000000'],
    [['memory.base=0x1000000'], 'covers the core-local interruptor', 'nearest legal value: memory.base=0x80000000'],
  ])('legal values that make no machine together: %j', (texts, message, hint) => {
    expect(errorsOf(set(...texts))).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining(message), hint }),
    );
  });
  test.each([
    ['cache.ways=0', 'an integer from 1 to 64', 'cache.ways=1'],
    ['host.dcacheSets=48', 'a power of two from 1 to 64', 'host.dcacheSets=64'],
    ['cache.lineBytes=8192', 'a power of two from 16 to 4096', 'cache.lineBytes=4096'],
    ['accelerator.tlbEntries=6', 'a multiple of 4 from 4 to 1024', 'accelerator.tlbEntries=8'],
    ['accelerator.sharedTlb=no', 'true or false', 'accelerator.sharedTlb=false'],
    ['memory.beatBytes=0', 'a power of two from 1 to 64', 'memory.beatBytes=1'],
  ])('an impossible machine: %s', (text, rule, nearest) => {
    expect(errorsOf(set(text))).toMatchObject([
      { code: 'CFG002', message: expect.stringContaining(rule), hint: `nearest legal value: ${nearest}` },
    ]);
  });
});

test('what is no number at all is refused with the default, for every key', () => {
  expect(errorsOf(set('memory.latency=abc'))).toMatchObject([
    { code: 'CFG002', hint: 'nothing legal is near; the default is memory.latency=40' },
  ]);
  for (const key of PARAMETERS.keys()) {
    const [error] = errorsOf(set(`${key}=what?`));
    expect(error?.message, key).toContain(`${key} is "what?" (--set), must be `);
    expect(error?.hint, key).toContain(`${key}=`);
  }
});

test('an option without key or value is refused', () => {
  for (const text of ['accelerator.dim', '=3', 'accelerator.dim=', ''])
    expect(parseAssignment(text)).toMatchObject({ ok: false, errors: [{ code: 'CFG007' }] });
});

test('every preset is a legal machine, under each of its names', () => {
  for (const { name, aliases } of PRESETS)
    for (const one of [name, ...aliases]) {
      const layer = findPreset(one);
      expect(layer.ok && errorsOf([layer.value]), one).toEqual([]);
    }
});

test('a preset that does not exist gets a proposal', () => {
  expect(findPreset('leen')).toMatchObject({ ok: false, errors: [{ code: 'CFG004', hint: 'did you mean lean?' }] });
});

test('any tree of values gives a machine or known errors (seeds 1 to 500)', () => {
  const keys = [...PARAMETERS.keys()];
  for (let seed = 1; seed <= 500; seed++) {
    const random = new SeededRandom(seed);
    const anything = (depth: number): unknown =>
      random.pick<() => unknown>([
        () => random.int(-5, 70000),
        () => Number.NaN,
        () => 1e300,
        () => null,
        () => '',
        () => 'none',
        () => 2 ** random.int(0, 50),
        () => [random.int(0, 3)],
        () => (depth > 3 ? true : { [random.pick(['dim', 'memory', '__proto__', 'x.y', ''])]: anything(depth + 1) }),
      ])();
    const path = random.pick(keys).split('.').slice(0, random.int(1, 4));
    const values = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), anything(0));
    const outcome = resolveConfig([{ origin: 'fuzz', values }]);
    if (!outcome.ok) for (const { code } of outcome.errors) expect(code, `seed ${seed}`).toMatch(/^(CFG|ACC)\d{3}$/);
  }
});
