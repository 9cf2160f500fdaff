import type { Activation } from '../isa/accelerator.ts';
import { ACTIVATIONS } from '../isa/accelerator.ts';
import { type CommandStep, command } from './commands.ts';

/** The low bits of an activation code, as config_ex and config_mvout carry them. */
export const lowActivation = (activation: Activation): number => ACTIVATIONS[activation] & 3;

/** Constants of the integer polynomials for GELU. @param step value of one accumulator unit @source gemmini-isa §7.5 */
export function geluConstants(step: number): { qb: number; qc: number } {
  return { qb: Math.trunc(-1.769 / (step / Math.SQRT2)), qc: Math.trunc(1 / ((-0.2888 * step ** 2) / 2)) };
}

/** Constants of the integer exponential. @param step value of one accumulator unit @source gemmini-isa §7.6 */
export function softmaxConstants(step: number): { qb: number; qc: number; qln2: number; qln2Inverse: number } {
  const qln2 = Math.trunc(Math.LN2 / step);
  return {
    qb: Math.trunc(1.353 / step),
    qc: Math.trunc(0.344 / (0.3585 * step ** 2)),
    qln2,
    qln2Inverse: Math.trunc(65536 / qln2),
  };
}

/** Sets the constants that an activation needs; most need none. */
export function* activationConstants(activation: Activation, step: number): Generator<CommandStep> {
  if (activation === 'igelu') {
    const { qb, qc } = geluConstants(step);
    yield command('config_norm', {}, { qb, qc });
  }
  if (activation === 'softmax') {
    const { qb, qc, qln2, qln2Inverse } = softmaxConstants(step);
    const values = { qb, qc };
    yield command('config_norm', { activation_msb: 1, q_const_type: 0, q_const: qln2 }, values);
    yield command('config_norm', { activation_msb: 1, q_const_type: 1, q_const: qln2Inverse }, values);
  }
}

/**
 * Undoes what an activation leaves behind: softmax stays in force when a later configuration asks for no activation,
 * until another one has been asked for.
 * @source gemmini-isa §11 item 1
 */
export function* leaveActivation(activation: Activation): Generator<CommandStep> {
  if (activation === 'softmax') yield command('config_mvout', { activation: ACTIVATIONS.relu });
}
