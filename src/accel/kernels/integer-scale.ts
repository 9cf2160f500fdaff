import { f32, get, i32, type Local, type Statement, sequence, set, type V128 } from '../../wasm/code.ts';
import type { FunctionScope } from '../../wasm/module-writer.ts';
import type { AcceleratorConfig } from '../config.ts';
import { f32x4, i32x4, v128 } from './vector.ts';

/** Adding it to a float of magnitude below 2^22 leaves the integer in the low bits. */
const ROUND_MAGIC = 12582912;
/** Far beyond every element, and still exact after adding the magic number. */
const CLAMP = 2 ** 20;

/** Constants in all lanes; kept in locals because the engine does not move them out of loops. */
const CONSTANTS = {
  one: f32x4.splat(f32.const(1)),
  half: f32x4.splat(f32.const(0.5)),
  signBit: i32x4.splat(i32.const(0x80000000)),
  max: f32x4.splat(f32.const(CLAMP)),
  min: f32x4.splat(f32.const(-CLAMP)),
  magic: f32x4.splat(f32.const(ROUND_MAGIC)),
  int64Limit: f32x4.splat(f32.const(2 ** 63)),
  smallest: i32x4.splat(i32.const(-CLAMP)),
} as const;

type ConstantName = keyof typeof CONSTANTS;

/**
 * Scales four int32 lanes by a binary32 factor and rounds as `roundAsFunctionalModel` or `roundNearestEven` does; the
 * result is clamped far outside of the elements' range, so that narrowing saturates it right.
 */
export class LaneScaler {
  readonly #config: AcceleratorConfig;
  readonly #scale: Local<'v128'>;
  readonly #product: Local<'v128'>;
  readonly #rounded: Local<'v128'>;
  readonly #constants: Readonly<Record<ConstantName, Local<'v128'>>>;

  /** @param scale the factor in all four lanes */
  constructor(scope: FunctionScope, config: AcceleratorConfig, scale: Local<'v128'>) {
    this.#config = config;
    this.#scale = scale;
    this.#product = scope.local('v128');
    this.#rounded = scope.local('v128');
    const names = Object.keys(CONSTANTS) as ConstantName[];
    this.#constants = Object.fromEntries(names.map((name) => [name, scope.local('v128')])) as Record<
      ConstantName,
      Local<'v128'>
    >;
  }

  /** Sets the constants: once, before the loop that scales. */
  prepare(): Statement {
    const names = Object.keys(CONSTANTS) as ConstantName[];
    return sequence(...names.map((name) => set(this.#constants[name], CONSTANTS[name])));
  }

  /** lanes := round(lanes · scale) */
  scale(lanes: Local<'v128'>): Statement {
    const product = get(this.#product);
    const clamped = f32x4.pmax(this.#constant('min'), f32x4.pmin(this.#constant('max'), get(this.#rounded)));
    const asInteger = i32x4.sub(f32x4.add(clamped, this.#constant('magic')), this.#constant('magic'));
    const isInRange = f32x4.lt(f32x4.abs(product), this.#constant('int64Limit'));
    return sequence(
      set(this.#product, f32x4.mul(f32x4.convertSigned(get(lanes)), get(this.#scale))),
      set(this.#rounded, f32x4.nearest(product)),
      ...(this.#config.rtlBehaviours.includes('exact-rounding') ? [] : [this.#overshoot()]),
      set(lanes, v128.bitselect(asInteger, this.#outOfRange(), isInRange)),
    );
  }

  /** Where the fraction exceeds one half the reference adds ±1 in binary32 and truncates, which may overshoot. */
  #overshoot(): Statement {
    const product = get(this.#product);
    const signedOne = v128.or(v128.and(product, this.#constant('signBit')), this.#constant('one'));
    const fraction = f32x4.abs(f32x4.sub(product, f32x4.trunc(product)));
    const next = f32x4.trunc(f32x4.add(product, signedOne));
    return set(this.#rounded, v128.bitselect(next, get(this.#rounded), f32x4.gt(fraction, this.#constant('half'))));
  }

  /** What NaN, infinities and |x| ≥ 2^63 become: the smallest element, or the one with their sign. */
  #outOfRange(): V128 {
    const smallest = this.#constant('smallest');
    if (!this.#config.rtlBehaviours.includes('saturate-by-sign')) return smallest;
    const isNegative = f32x4.lt(get(this.#product), f32x4.splat(f32.const(0)));
    return v128.bitselect(smallest, i32x4.splat(i32.const(CLAMP)), isNegative);
  }

  #constant = (name: ConstantName): V128 => get(this.#constants[name]);
}
