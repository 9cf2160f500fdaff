import { expect, test } from 'vitest';
import { gruUnit, lstmUnit } from '../../src/runtime/reference.ts';
import { SeededRandom } from '../../src/support/random.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const random = new SeededRandom(5);
const gate = () => random.int(-128, 128);

test('a quantised LSTM unit stays within two steps of the real one', () => {
  for (let i = 0; i < 2000; i++) {
    const gates = { input: gate(), forget: gate(), candidate: gate(), output: gate() };
    const cell = random.int(-8000, 8000);
    const { input, forget, candidate, output } = gates;
    const next = sigmoid(forget / 16) * (cell / 2048) + sigmoid(input / 16) * Math.tanh(candidate / 16);
    const state = sigmoid(output / 16) * Math.tanh(next);
    const found = lstmUnit(gates, cell);
    expect(Math.abs(found.cell / 2048 - next)).toBeLessThan(0.05);
    expect(Math.abs(found.state / 128 - state)).toBeLessThan(0.05);
  }
});

test('a quantised GRU unit stays within two steps of the real one', () => {
  for (let i = 0; i < 2000; i++) {
    const gates = { reset: gate(), update: gate(), ofInput: gate() / 2, ofState: gate() / 2 };
    const inUnits = { ...gates, ofInput: Math.trunc(gates.ofInput), ofState: Math.trunc(gates.ofState) };
    const state = gate();
    const candidate = Math.tanh(inUnits.ofInput / 16 + (sigmoid(gates.reset / 16) * inUnits.ofState) / 16);
    const update = sigmoid(gates.update / 16);
    const next = (1 - update) * candidate + (update * state) / 128;
    expect(Math.abs(gruUnit(inUnits, state) / 128 - next)).toBeLessThan(0.06);
  }
});

test('an LSTM with its input shut keeps its cell but for 1/128, and a GRU its state while the update gate is open', () => {
  expect(lstmUnit({ input: -128, forget: 127, candidate: 100, output: 0 }, 2048).cell).toBe(2032);
  expect(gruUnit({ reset: 0, update: 127, ofInput: 0, ofState: 0 }, 127)).toBe(126);
  expect(gruUnit({ reset: 0, update: -128, ofInput: 0, ofState: 0 }, 127)).toBe(0);
});
