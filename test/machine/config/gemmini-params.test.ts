import { expect, test } from 'vitest';
import { type AcceleratorConfig, DEFAULT_ACCELERATOR } from '../../../src/accel/config.ts';
import { exportGemminiParams } from '../../../src/machine/config/gemmini-params-export.ts';
import { importGemminiParams } from '../../../src/machine/config/gemmini-params-import.ts';
import { findPreset, PRESETS } from '../../../src/machine/config/presets.ts';
import { resolveConfig } from '../../../src/machine/config/resolve.ts';
import { DEFAULT_MACHINE, type MachineConfig } from '../../../src/machine/config/schema.ts';

function machineOf(...layers: Parameters<typeof resolveConfig>[0]): MachineConfig {
  const outcome = resolveConfig(layers);
  if (!outcome.ok) throw new Error(outcome.errors[0]!.message);
  return outcome.value.machine;
}

function imported(text: string) {
  const outcome = importGemminiParams(text, 'gemmini_params.h');
  if (!outcome.ok) throw new Error(outcome.errors[0]!.message);
  return outcome.value;
}

/** Of a functional accelerator, a header does not say which dataflows and which ISA revision are built. */
const IN_HEADER = (Object.keys(DEFAULT_ACCELERATOR) as (keyof AcceleratorConfig)[]).filter(
  (key) => !['dataflow', 'isaRevision', 'rtlBehaviours'].includes(key),
);

const HEADER = exportGemminiParams(DEFAULT_MACHINE);

test('the header of the default machine says what the generator says', () => {
  for (const line of [
    '#define DIM 16',
    '#define BANK_NUM 4',
    '#define BANK_ROWS 4096',
    '#define ACC_ROWS 1024',
    '#define MAX_BLOCK_LEN 4',
    '#define MAX_BLOCK_LEN_ACC 1',
    'typedef int8_t elem_t;',
    'typedef float acc_scale_t;',
  ])
    expect(HEADER).toContain(`${line}\n`);
});

test('what is exported for a preset is imported as the same accelerator', () => {
  for (const { name } of PRESETS) {
    const preset = findPreset(name);
    if (!preset.ok) throw new Error(name);
    const machine = machineOf(preset.value);
    const back = machineOf(imported(exportGemminiParams(machine)));
    const inHeader = ({ accelerator }: MachineConfig) =>
      Object.fromEntries(IN_HEADER.map((key) => [key, accelerator[key]]));
    expect(inHeader(back), name).toEqual(inHeader(machine));
  }
});

test('the form in which the generator writes block lengths and comments is understood', () => {
  const text = HEADER.replace('MAX_BLOCK_LEN 4', 'MAX_BLOCK_LEN (MAX_BYTES/(DIM*1)) // blocks')
    .replace('DIM 16', 'DIM (32) // side')
    .replaceAll('\n', '\r\n');
  expect(machineOf(imported(text)).accelerator.dim).toBe(32);
});

test.each([
  ['a macro that is missing', HEADER.replace('#define DIM 16\n', ''), 'DIM is not defined'],
  ['a macro that is no number', HEADER.replace('BANK_NUM 4', 'BANK_NUM four'), 'BANK_NUM is four'],
  ['a type that is not known', HEADER.replace('typedef int8_t elem_t', 'typedef int4_t elem_t'), 'elem_t is int4_t'],
  ['a macro that is no parameter', `${HEADER}#define GEMMINI_SPEED 9\n`, 'GEMMINI_SPEED is not a parameter'],
  ['rows that do not divide into banks', HEADER.replace('ACC_ROWS 1024', 'ACC_ROWS 1023'), 'ACC_ROWS is 1023'],
  ['an empty file', '', 'DIM is not defined'],
])('%s is an error', (_, text, message) => {
  const outcome = importGemminiParams(text, 'gemmini_params.h');
  expect(outcome.ok).toBe(false);
  if (!outcome.ok) expect(outcome.errors.map((one) => one.message).join('\n')).toContain(message);
});
