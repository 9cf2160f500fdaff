import { type AcceleratorConfig, accumulatorRows, elementBytes, scratchpadRows } from '../../src/accel/config.ts';
import { type CommandName, commandByName } from '../../src/isa/accelerator.ts';
import { packOperand } from '../../src/isa/accelerator-fields.ts';
import { LOCAL_ADDRESS_FUNCTIONS } from '../../src/isa/local-address.ts';
import { SeededRandom } from '../../src/support/random.ts';

export interface RandomCommand {
  readonly name: CommandName | 'undefined';
  readonly funct7: number;
  readonly rs1: bigint;
  readonly rs2: bigint;
}

/** Main memory that the commands address. */
export interface MemoryRange {
  readonly start: bigint;
  readonly size: number;
}

const GARBAGE = 0xffffffff;
const { acc, acc_add } = LOCAL_ADDRESS_FUNCTIONS;
const FULL = LOCAL_ADDRESS_FUNCTIONS.acc_full.base - acc.base;

const binary32 = (value: number): number => new Uint32Array(new Float32Array([value]).buffer)[0]!;

/**
 * Seeded command sequences for comparing accelerators: most make sense (configured loads, operands that lie in the
 * local memories, loops whose sizes agree), some do not (odd strides, rows out of range, unmapped addresses, commands
 * in any order).
 */
export class RandomCommands {
  readonly #random: SeededRandom;
  readonly #config: AcceleratorConfig;
  readonly #memory: MemoryRange;
  /** Probability that a value is one that makes no sense. */
  readonly #oddness: number;

  constructor(random: SeededRandom, config: AcceleratorConfig, memory: MemoryRange, oddness: number) {
    this.#random = random;
    this.#config = config;
    this.#memory = memory;
    this.#oddness = oddness;
  }

  /** A sequence that configures everything once and then does `length` things (a loop is one thing). */
  sequence(length: number): RandomCommand[] {
    const commands = [this.configEx(), this.configMvin(0), this.configMvin(1), this.configMvin(2), this.configMvout()];
    for (let i = 0; i < length; i++) commands.push(...this.#next());
    return commands;
  }

  #next(): RandomCommand[] {
    const kind = this.#random.int(0, 100);
    if (kind < 8) return [this.configEx()];
    if (kind < 16) return [this.configMvin(this.#random.int(0, 3))];
    if (kind < 23) return [this.configMvout()];
    if (kind < 27) return [this.configNorm()];
    if (kind < 47) return [this.mvin()];
    if (kind < 61) return [this.mvout()];
    if (kind < 83) return [this.preload(), ...Array.from({ length: this.#random.int(1, 3) }, () => this.compute())];
    if (kind < 90) return this.loopWs();
    if (kind < 96) return this.loopConv();
    if (kind < 97) return [this.#command('flush', {})];
    if (kind < 99) return [this.counter()];
    return [{ name: 'undefined', funct7: this.#random.int(22, 126), rs1: 0n, rs2: 0n }];
  }

  #command(name: CommandName, values: Readonly<Record<string, number | bigint>>): RandomCommand {
    const row = commandByName('current', name)!;
    const wide = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, BigInt(value)]));
    return { name, funct7: row.funct, rs1: packOperand(row.rs1, wide), rs2: packOperand(row.rs2, wide) };
  }

  #isOdd = (): boolean => this.#random.chance(this.#oddness);
  #flag = (probability = 0.5): number => (this.#random.chance(probability) ? 1 : 0);
  #upTo = (max: number): number => this.#random.int(1, max + 1);
  /** A tile side: mostly the full dim. */
  #side = (): number => (this.#random.chance(0.5) ? this.#config.dim : this.#random.int(0, this.#config.dim + 1));

  #scale(): number {
    const random = this.#random;
    const kind = random.int(0, 10);
    if (kind < 4) return binary32(1);
    if (kind < 6) return binary32(random.pick([0.5, -0.25, 2, 0.0078125, -1, 0.99999994, 3, 1 / 3]));
    if (kind < 9) return binary32(2 ** random.int(-12, 4) * (1 + random.u32() / 2 ** 32) * random.pick([1, 1, 1, -1]));
    // Overflow makes NaNs, whose bits the functional model leaves to the processor it runs on.
    if (this.#config.accumulatorType === 'fp32') return binary32(random.pick([0, -0, 2 ** -20]));
    return this.#isOdd() ? random.u32() : binary32(random.pick([0, 1e30, -1e30, Number.POSITIVE_INFINITY]));
  }

  /** Floats lie at multiples of their size: bytes of two of them would make NaNs, whose bits are no one's promise. */
  #aligned = (offset: number): number => (this.#config.accumulatorType === 'fp32' ? offset & ~3 : offset);

  /** An address with room for `bytes` bytes behind it, or, rarely, one without. */
  #address(bytes: number): bigint {
    const { start, size } = this.#memory;
    if (this.#isOdd()) return start + BigInt(this.#aligned(size - this.#random.int(-64, 256)));
    const offset = this.#random.int(1, Math.max(2, size - bytes));
    return start + BigInt(this.#random.chance(0.5) ? Math.max(16, offset & ~15) : Math.max(1, this.#aligned(offset)));
  }

  configEx(): RandomCommand {
    const dataflow = this.#flag(0.6);
    const transposes = this.#random.pick(dataflow === 1 ? [0, 0, 1, 2] : [0, 0, 1, 3]);
    return this.#command('config_ex', {
      dataflow,
      activation: this.#random.pick([0, 0, 1, 1, 2, 3]),
      set_only_strides: this.#flag(0.15),
      a_transpose: (this.#isOdd() ? this.#flag() : transposes) & 1,
      b_transpose: transposes >> 1,
      a_stride: this.#random.pick([1, 1, 1, 1, 2, 3, 0]),
      c_stride: this.#random.pick([1, 1, 1, 1, 2, 3, 0]),
      shift: this.#isOdd() ? this.#random.int(0, 40) : this.#random.pick([0, 0, 3, 7, 12, 31]),
      acc_scale: binary32(1),
    });
  }

  configMvin(state: number): RandomCommand {
    const { dim } = this.#config;
    const strides = [dim, 4 * dim, 64, 0, this.#aligned(this.#random.int(0, 300))];
    return this.#command('config_mvin', {
      state,
      shrink: this.#flag(0.4),
      pixel_repeats: this.#random.pick([0, 1, 1, 1, 1, 1, 1, this.#isOdd() ? 9 : 2]),
      block_stride: this.#isOdd() ? this.#random.int(0, 3000) : this.#random.pick([dim, dim, dim, 2 * dim, 0]),
      scale: this.#scale(),
      stride: this.#isOdd()
        ? BigInt.asUintN(64, BigInt(-this.#aligned(this.#random.int(0, 64))))
        : this.#random.pick(strides),
    });
  }

  configMvout(): RandomCommand {
    const { dim } = this.#config;
    const pooling = this.#random.chance(0.2)
      ? {
          pool_stride: this.#upTo(3),
          pool_size: this.#random.int(0, 4),
          upad: this.#random.int(0, 3),
          lpad: this.#random.int(0, 3),
          pool_out_dim: this.#random.int(0, 8),
          porows: this.#random.int(0, 5),
          pocols: this.#random.int(0, 5),
          orows: this.#random.int(0, 9),
          ocols: this.#random.int(0, 9),
        }
      : { pool_size: this.#random.pick([0, 0, 0, 2]) };
    return this.#command('config_mvout', {
      ...pooling,
      activation: this.#random.pick([0, 0, 0, 1, 1, 2, 3]),
      acc_scale: this.#random.chance(0.3) ? binary32(2 ** -this.#random.int(0, 16)) : this.#scale(),
      stride: this.#random.pick([dim, 2 * dim, 4 * dim, 64, 0, this.#aligned(this.#random.int(0, 300))]),
    });
  }

  configNorm(): RandomCommand {
    const msb = this.#flag(0.4);
    return this.#command('config_norm', {
      stat_id: this.#isOdd() ? this.#random.int(0, 6) : this.#random.int(0, 4),
      set_stat_id_only: this.#flag(0.6),
      activation_msb: this.#isOdd() ? msb : 0,
      q_const_type: this.#flag(),
      q_const: this.#random.pick([13, 5041, -7, 23, 1 << 20, 1]),
      qb: this.#random.pick([27, -35, -1769, this.#random.int(-4000, 4000)]),
      qc: this.#random.pick([383, -1386, this.#random.int(-9000, 9000)]),
    });
  }

  #localRow(rows: number, limit: number): number {
    if (this.#random.chance(this.#oddness / 4)) return limit - this.#random.int(-2, rows + 2);
    // A small window, so that commands meet each other's data.
    return this.#random.int(0, Math.min(limit - rows, 12 * this.#config.dim) + 1);
  }

  #scratchpad = (rows: number): number => this.#localRow(rows, scratchpadRows(this.#config));

  #target(rows: number): number {
    if (this.#random.chance(0.5)) return this.#scratchpad(rows);
    return this.#random.pick([acc.base, acc_add.base]) + this.#localRow(rows, accumulatorRows(this.#config));
  }

  mvin(): RandomCommand {
    const { dim } = this.#config;
    const rows = this.#side();
    const cols = this.#random.chance(0.3) ? this.#upTo(4 * dim) : this.#side();
    return this.#command(this.#random.pick(['mvin', 'mvin2', 'mvin3'] as const), {
      dram_addr: this.#random.chance(0.05) ? 0 : this.#address(300 * rows + 8 * cols),
      local_addr: this.#target(rows + 3 * dim),
      rows,
      cols,
    });
  }

  mvout(): RandomCommand {
    const { dim } = this.#config;
    const rows = this.#side();
    const cols = this.#random.chance(0.2) ? this.#upTo(4 * dim) : this.#side();
    const fromAccumulator = this.#random.chance(0.7);
    const norm = fromAccumulator && this.#random.chance(0.3) ? this.#random.int(0, 8) : 0;
    const source = fromAccumulator
      ? this.#random.pick([acc.base, acc_add.base]) +
        (this.#random.chance(0.3) ? FULL : 0) +
        norm * 2 ** 26 +
        this.#localRow(rows + 4 * dim, accumulatorRows(this.#config))
      : this.#scratchpad(rows + 4 * dim);
    return this.#command('mvout', {
      dram_addr: this.#address(300 * rows + 8 * cols),
      local_addr: source,
      rows: norm === 0 ? rows : 1,
      cols,
    });
  }

  preload(): RandomCommand {
    const { dim } = this.#config;
    const rows = this.#side();
    return this.#command('preload', {
      bd: this.#random.chance(0.2) ? GARBAGE : this.#scratchpad(dim),
      bd_rows: this.#side(),
      bd_cols: this.#side(),
      c: this.#random.chance(0.1) ? GARBAGE : this.#target(3 * rows),
      c_rows: this.#isOdd() ? dim + 1 : rows,
      c_cols: this.#side(),
    });
  }

  compute(): RandomCommand {
    const { dim } = this.#config;
    return this.#command(this.#random.chance(0.6) ? 'compute.preloaded' : 'compute.accumulated', {
      a: this.#random.chance(0.03) ? GARBAGE : this.#scratchpad(3 * dim),
      a_rows: this.#side(),
      a_cols: this.#isOdd() ? dim + 3 : this.#side(),
      bd: this.#random.chance(0.4) ? GARBAGE : this.#scratchpad(dim),
      bd_rows: this.#side(),
      bd_cols: this.#side(),
    });
  }

  counter(): RandomCommand {
    return this.#command('counter', {
      reset: this.#flag(0.1),
      leave_snapshot: this.#flag(0.2),
      take_snapshot: this.#flag(0.2),
      configure: this.#flag(0.4),
      index: this.#random.int(0, 8),
      event: this.#random.int(1, 6),
      external: this.#flag(0.3),
    });
  }

  /** Configuration and launch of a matmul or residual addition whose sizes and strides agree. */
  loopWs(): RandomCommand[] {
    const random = this.#random;
    const { dim } = this.#config;
    const bytes = elementBytes(this.#config);
    const [i, j, k] = [this.#upTo(3), this.#upTo(3), this.#upTo(3)];
    const pad = () => (random.chance(0.4) ? 0 : random.int(0, dim));
    const isResidualAdd = random.chance(0.15);
    const transposes = random.pick([0, 0, 1, 2]);
    const isFullC = this.#flag(0.3);
    const isLowD = this.#flag(0.3);
    const sizeC = isFullC ? 4 : bytes;
    const sizeD = isLowD ? bytes : 4;
    const activation = random.pick([0, 0, 0, 1, 2, 3, 4]);
    const extra = random.int(0, 8);
    const strideA = (isResidualAdd ? j : transposes === 1 ? i : k) * dim + extra;
    const strideB = (transposes === 2 ? k : j) * dim + extra;
    const strideC = j * dim + extra;
    const strideD = random.chance(0.3) ? 0 : strideC;
    const at = (bytes: number) => this.#address(bytes);
    const area = 3 * dim * (3 * dim + 8) * 4;
    const skipped = (probability: number, address: bigint) => (random.chance(probability) ? 0n : address);
    const load = (state: number, stride: number, shrink: number) =>
      this.#command('config_mvin', {
        state,
        shrink,
        stride,
        pixel_repeats: 1,
        block_stride: dim,
        scale: random.chance(0.6) ? binary32(1) : this.#scale(),
      });
    return [
      this.#command('config_ex', {
        dataflow: 1,
        activation: random.pick([0, activation & 3]),
        a_transpose: transposes & 1,
        b_transpose: transposes >> 1,
        a_stride: 1,
        c_stride: 1,
      }),
      this.#command('config_mvout', {
        activation: activation & 3,
        acc_scale: random.chance(0.5) ? binary32(2 ** -random.int(0, 12)) : this.#scale(),
        stride: strideC * sizeC,
      }),
      load(0, strideA * bytes, isResidualAdd ? 1 : 0),
      load(1, strideB * bytes, isResidualAdd ? 1 : 0),
      load(2, strideD * sizeD, isLowD),
      this.#command('loop_ws.config_bounds', {
        i,
        j,
        k: isResidualAdd ? 0 : k,
        pad_i: pad(),
        pad_j: pad(),
        pad_k: pad(),
      }),
      this.#command('loop_ws.config_addrs_ab', { a: skipped(0.05, at(area)), b: skipped(0.05, at(area)) }),
      this.#command('loop_ws.config_addrs_dc', { d: skipped(0.4, at(area)), c: skipped(0.1, at(area)) }),
      this.#command('loop_ws.config_strides_ab', { a_stride: strideA, b_stride: strideB }),
      this.#command('loop_ws.config_strides_dc', { d_stride: strideD, c_stride: strideC }),
      this.#command('loop_ws', {
        ex_accumulate: this.#flag(),
        full_c: isFullC,
        low_d: isLowD,
        activation,
        b_spad_id: random.int(0, 4),
        a_spad_id: random.int(0, 4),
        a_transpose: transposes & 1,
        b_transpose: transposes >> 1,
        is_resadd: isResidualAdd ? 1 : 0,
      }),
    ];
  }

  /** Configuration and launch of a whole small convolution. */
  loopConv(): RandomCommand[] {
    const random = this.#random;
    const { dim } = this.#config;
    const bytes = elementBytes(this.#config);
    const batches = this.#upTo(3);
    const isDepthwise = random.chance(0.1);
    const inputTransposed = !isDepthwise && random.chance(0.15);
    const weights0132 = !isDepthwise && !inputTransposed && random.chance(0.15);
    const weights1203 = !isDepthwise && !weights0132 && random.chance(0.15);
    const kchs = isDepthwise ? 1 : this.#upTo(random.pick([4, dim, dim + 4]));
    const pochs = isDepthwise ? 1 : this.#upTo(random.pick([4, dim, 2 * dim + 2]));
    const downsample = random.chance(0.1);
    const dilated = !downsample && random.chance(0.12);
    const kernel = downsample ? 1 : this.#upTo(3);
    const kernelDilation = random.chance(0.15) && !dilated ? 2 : 1;
    const reach = kernel + (kernelDilation - 1) * (kernel - 1);
    const stride = downsample ? 2 : dilated ? 1 : this.#upTo(2);
    const padding = downsample ? 0 : random.int(0, Math.min(2, reach));
    const inRows = downsample ? 2 * this.#upTo(4) : random.int(reach, 8);
    const inCols = downsample ? 2 * this.#upTo(4) : random.int(reach, random.chance(0.2) ? 20 : 8);
    const scale = dilated ? 2 : 1;
    const outOf = (n: number) => Math.floor((scale * n - (dilated ? 1 : 0) + 2 * padding - reach) / stride) + 1;
    const orows = Math.max(1, outOf(inRows));
    const ocols = Math.max(1, outOf(inCols));
    const pools = !downsample && !inputTransposed && random.chance(0.25);
    const poolSize = pools ? this.#upTo(Math.min(3, orows, ocols)) : 1;
    const poolStride = pools ? this.#upTo(3) : 1;
    const poolPadding = pools ? random.int(0, Math.min(2, poolSize)) : 0;
    const pooled = (n: number) => Math.max(1, Math.floor((n + 2 * poolPadding - poolSize) / poolStride) + 1);
    const packs = !isDepthwise && !inputTransposed && !weights0132 && !downsample && !dilated && kernelDilation === 1;
    const pixels = packs && random.chance(0.3) ? Math.max(1, Math.min(kernel, Math.floor(dim / kchs))) : 1;
    const rotates = pixels === 1 && random.chance(0.15) ? 1 : 0;
    const after = (o: number, n: number) =>
      Math.max(0, o * stride + reach - 1 - padding - (scale * n - (dilated ? 1 : 0)));
    const maybe = (value: number) => (this.#isOdd() ? random.int(0, 5) : value);
    const transposesOutput = !pools && random.chance(0.2) ? 1 : 0;
    const image = 8 * 20 * (dim + 4) * 3 * bytes;
    const setup: RandomCommand[] = [
      this.#command('config_ex', {
        dataflow: 1,
        a_stride: downsample ? 1 : stride,
        c_stride: dilated ? 2 : 1,
        a_transpose: inputTransposed ? 1 : 0,
        b_transpose: weights0132 ? 1 : 0,
      }),
      this.#command('config_mvout', {
        activation: random.pick([0, 1]),
        acc_scale: binary32(2 ** -random.int(0, 12)),
        stride: (transposesOutput ? batches * pochs : pochs) * bytes,
      }),
    ];
    const convolution: RandomCommand[] = [
      this.#command('loop_conv_ws.config_1', {
        batch_size: batches,
        in_row_dim: maybe(inRows),
        in_channels: kchs,
        out_channels: pochs,
        out_row_dim: orows,
        out_col_dim: ocols,
        pool_out_row_dim: pooled(orows),
        stride: maybe(stride),
        padding,
      }),
      this.#command('loop_conv_ws.config_2', {
        kernel_dim: kernel,
        pool_out_col_dim: pooled(ocols),
        pool_size: poolSize,
        pool_stride: maybe(poolStride),
        pool_padding: poolPadding,
        batches: maybe(batches),
        porows: pooled(orows),
        pocols: pooled(ocols),
        pochs,
      }),
      this.#command('loop_conv_ws.config_3', {
        krows: maybe(kernel),
        kcols: kernel,
        kchs: maybe(kchs),
        lpad: padding,
        rpad: after(ocols, inCols),
        upad: maybe(padding),
        dpad: after(orows, inRows),
        plpad: poolPadding,
        in_col_dim: inCols,
      }),
      this.#command('loop_conv_ws.config_4', {
        orows: maybe(orows),
        ocols,
        pupad: maybe(poolPadding),
        kernel_dilation: kernelDilation,
        in_stride: kchs,
        weight_stride: pochs,
        out_stride: pochs,
      }),
      this.#command('loop_conv_ws.config_5', {
        weights: this.#address(9 * (dim + 4) * (2 * dim + 2) * bytes),
        output: random.chance(0.05) ? 0n : this.#address(image),
      }),
      this.#command('loop_conv_ws.config_6', {
        bias: random.chance(0.05) ? 0n : this.#address(4 * 4 * dim),
        input: random.chance(0.03) ? 0n : this.#address(image),
      }),
      this.#command('loop_conv_ws', {
        no_bias: this.#flag(0.3),
        wrot180: rotates,
        trans_output_1203: transposesOutput,
        trans_weight_1203: weights1203 ? 1 : 0,
        trans_weight_0132: weights0132 ? 1 : 0,
        trans_input_3120: inputTransposed ? 1 : 0,
        dw: isDepthwise ? 1 : 0,
        max_pixels_per_row: this.#random.pick([pixels, pixels === 1 ? 0 : pixels]),
        b_spad_id: random.int(0, 4),
        a_spad_id: random.int(0, 4),
        no_pool: pools ? 0 : 1,
        downsample: downsample ? 1 : 0,
        input_dilated: dilated ? 1 : 0,
        activation: random.int(0, 4),
      }),
    ];
    return random.chance(0.85) ? [...setup, ...convolution] : convolution;
  }
}

/** The sequence of a seed, and the memory it starts from. */
export function randomProgram(seed: number, config: AcceleratorConfig, memory: MemoryRange, oddness: number) {
  const random = new SeededRandom(seed);
  const commands = new RandomCommands(random, config, memory, oddness).sequence(random.int(10, 60));
  return { commands, image: randomImage(seed, memory.size, config) };
}

function randomImage(seed: number, size: number, config: AcceleratorConfig): Uint8Array {
  const random = new SeededRandom(seed ^ 0x5eed);
  const bytes = new Uint8Array(size);
  if (config.accumulatorType === 'int32') {
    for (let i = 0; i < size; i++) bytes[i] = random.u32();
    return bytes;
  }
  const words = new Float32Array(bytes.buffer);
  for (let i = 0; i < words.length; i++) words[i] = randomFloat(random);
  return bytes;
}

/** Mostly small numbers, some of them exact, a few extreme ones. */
function randomFloat(random: SeededRandom): number {
  const kind = random.int(0, 20);
  if (kind < 10) return random.int(-50, 50);
  if (kind < 18) return (random.u32() / 2 ** 32 - 0.5) * 2 ** random.int(-6, 8);
  return kind === 18 ? random.pick([0, -0, 1, 1e9, -1e-40, 1e-45]) : random.int(-5, 5) * 0.1;
}
