import { describe, expect, test } from 'vitest';
import type { AcceleratorConfig } from '../../src/accel/config.ts';
import { createNumerics } from '../../src/accel/numerics.ts';
import { DEFAULT_MACHINE, type MachineConfig } from '../../src/machine/config/schema.ts';
import { checkOperation } from '../../src/runtime/check.ts';
import { convShape } from '../../src/runtime/conv-shape.ts';
import { geometryOf } from '../../src/runtime/geometry.ts';
import { libraryMatmulPlan } from '../../src/runtime/matmul-commands.ts';
import { asMatmul, libraryPlanner, type Planner } from '../../src/runtime/operation.ts';
import { programTarget, runProgram } from '../../src/runtime/run.ts';
import {
  buildConv,
  buildGemm,
  type ConvRequest,
  type GemmRequest,
  RESULT,
} from '../../src/runtime/single-operation.ts';

function machineWith(accelerator: Partial<AcceleratorConfig>): MachineConfig {
  const memory = { ...DEFAULT_MACHINE.memory, size: 32 * 2 ** 20 };
  return { ...DEFAULT_MACHINE, memory, accelerator: { ...DEFAULT_MACHINE.accelerator, ...accelerator } };
}

const FP32 = machineWith({ dim: 4, elementType: 'fp32', accumulatorType: 'fp32' });
const INT16 = machineWith({ elementType: 'int16' });

const GEMM: GemmRequest = {
  shape: { m: 37, n: 22, k: 51 },
  transposed: { a: false, b: false },
  bias: 'repeated',
  resultType: 'element',
  activation: 'none',
  step: 0,
};

const optionsFor = (machine: MachineConfig) => ({
  seed: 3,
  geometry: geometryOf(machine.accelerator),
  target: programTarget(machine),
  planner: libraryPlanner,
});

function runBuilt(built: ReturnType<typeof buildGemm>, machine: MachineConfig) {
  if (!built.ok) throw new Error(built.errors[0]!.message);
  const run = runProgram(built.value.program, machine);
  if (!run.ok) throw new Error(run.errors[0]!.message);
  expect(run.value.outcome).toEqual({ kind: 'exit', code: 0n });
  return { operation: built.value.operation, run: run.value };
}

function mistakes(built: ReturnType<typeof buildGemm>, machine: MachineConfig) {
  const { operation, run } = runBuilt(built, machine);
  const numerics = createNumerics(machine.accelerator);
  const geometry = geometryOf(machine.accelerator);
  return checkOperation(operation, run.memory, geometry, numerics, Number.POSITIVE_INFINITY).mismatches;
}

const gemmMistakes = (request: Partial<GemmRequest>, machine: MachineConfig) =>
  mistakes(buildGemm({ ...GEMM, ...request }, optionsFor(machine)), machine);

describe.each([
  ['fp32', FP32],
  ['int16', INT16],
])('%s', (_, machine) => {
  test.each<[string, Partial<GemmRequest>]>([
    ['with a repeated bias', {}],
    ['with a bias per value, relu and a scale', { bias: 'full', activation: 'relu', scale: 0.125 }],
    ['of a transposed A', { transposed: { a: true, b: false } }],
    ['of a transposed B', { transposed: { a: false, b: true }, bias: 'none' }],
    ['to full-width results', { resultType: 'accumulator' }],
  ])('a product %s is right', (_, request) => {
    expect(gemmMistakes(request, machine)).toEqual([]);
  });

  test.each<[string, Partial<Parameters<typeof convShape>[0]>]>([
    ['padded', { padding: 1 }],
    ['strided', { stride: 2 }],
    ['pooled', { pooling: { size: 2, stride: 2, padding: 0 } }],
    ['depthwise', { depthwise: true, outChannels: 5 }],
  ])('a %s convolution is right', (_, more) => {
    const shape = convShape({ inRows: 9, inCols: 8, inChannels: 5, outChannels: 7, kernel: 3, ...more });
    const request: ConvRequest = { shape, hasBias: true, activation: 'relu' };
    expect(mistakes(buildConv(request, optionsFor(machine)), machine)).toEqual([]);
  });
});

test('given reals are multiplied as they are', () => {
  const request: GemmRequest = {
    ...GEMM,
    shape: { m: 1, n: 2, k: 3 },
    bias: 'none',
    a: Float32Array.of(0.5, -1.25, 3),
    b: Float32Array.of(1, 2, 4, 8, 0.5, -1),
  };
  const { run } = runBuilt(buildGemm(request, optionsFor(FP32)), FP32);
  expect([...new Float32Array(run.region(RESULT).buffer)]).toEqual([0.5 - 5 + 1.5, 1 - 10 - 3]);
});

test('a real result that is off by more than the order of its sum explains is a mistake', () => {
  const { operation, run } = runBuilt(buildGemm(GEMM, optionsFor(FP32)), FP32);
  const memory = {
    read: (address: number, type: 'element' | 'accumulator') => {
      const value = run.memory.read(address, type);
      return operation.kind === 'matmul' && address === operation.problem.c.address ? value * 1.0001 : value;
    },
  };
  const numerics = createNumerics(FP32.accelerator);
  const { mismatches } = checkOperation(operation, memory, geometryOf(FP32.accelerator), numerics, 2000);
  expect(mismatches.map(({ index }) => index)).toEqual([0]);
});

describe('what an accelerator does not have is refused', () => {
  const refusal = (request: Partial<GemmRequest>, accelerator: Partial<AcceleratorConfig>) => {
    const built = buildGemm({ ...GEMM, ...request }, optionsFor(machineWith(accelerator)));
    return built.ok ? [] : built.errors.map(({ code, message }) => `${code} ${message}`);
  };

  test.each<[string, Partial<GemmRequest>, Partial<AcceleratorConfig>]>([
    ['elementType is bf16', {}, { elementType: 'bf16', accumulatorType: 'fp32' }],
    ['elementType is fp16', {}, { elementType: 'fp16', accumulatorType: 'fp32' }],
    ['igelu is integer arithmetic', { activation: 'igelu' }, { elementType: 'fp32', accumulatorType: 'fp32' }],
    ['accumulatorScaleType is none', { scale: 0.5 }, { accumulatorScaleType: 'none' }],
  ])('%s', (message, request, accelerator) => {
    expect(refusal(request, accelerator)).toEqual([expect.stringMatching(`^RUN004 .*${message}`)]);
  });

  test.each([
    ['weight-stationary', 'output-stationary'],
    ['output-stationary', 'weight-stationary'],
  ] as const)('a %s product on an array that is %s', (dataflow, built) => {
    const machine = machineWith({ dataflow: built });
    const planner: Planner = (operation, geometry) => ({
      kind: 'matmul',
      plan: libraryMatmulPlan(asMatmul(operation).shape, { tileM: 1, tileN: 1, tileK: 1 }, dataflow, geometry),
    });
    const result = buildGemm(GEMM, { ...optionsFor(machine), planner });
    expect(result.ok ? [] : result.errors).toEqual([
      expect.objectContaining({
        code: 'RUN007',
        message: `the plan of the product is ${dataflow}, but accelerator.dataflow is ${built}`,
        hint: `set accelerator.dataflow=both or accelerator.dataflow=${dataflow}, or use the ${built} dataflow`,
      }),
    ]);
  });

  test('a convolution on an output-stationary array', () => {
    const request: ConvRequest = {
      shape: convShape({ inRows: 5, inCols: 5, inChannels: 3, outChannels: 4, kernel: 3 }),
      hasBias: false,
      activation: 'none',
    };
    const result = buildConv(request, optionsFor(machineWith({ dataflow: 'output-stationary' })));
    expect(result.ok ? [] : result.errors.map(({ code }) => code)).toEqual(['RUN007']);
  });

  test('no scale is asked for where there is no multiplier', () => {
    expect(gemmMistakes({}, machineWith({ accumulatorScaleType: 'none' }))).toEqual([]);
  });
});

test.each<[string, Partial<GemmRequest>]>([
  ['a is of type Int8Array, but this machine needs Float32Array', { a: new Int8Array(37 * 51) }],
  ['b has 5 values, but 1122 are needed', { b: new Float32Array(5) }],
  ['d has 814 values, but 22 are needed', { d: new Float32Array(37 * 22) }],
])('operands of another type or shape are refused: %s', (message, request) => {
  const built = buildGemm({ ...GEMM, ...request }, optionsFor(FP32));
  expect(built.ok ? [] : built.errors.map((one) => `${one.code} ${one.message}`)).toEqual([`RUN006 ${message}`]);
});
