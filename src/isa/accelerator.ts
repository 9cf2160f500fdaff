/**
 * Every command of the accelerator (custom-3, `funct7`), with every bit field of its two 64-bit operands.
 *
 * Use `commandsOf(revision)` for the commands of one ISA revision, `decodeCommand(revision, funct, rs1)` to find a
 * row (funct 0 is four commands, told apart by rs1[1:0]), `packOperand`/`unpackOperand` of accelerator-fields.ts for
 * values. `Record<CommandName, …>` keys semantics, timing and cost.
 * @source Gemmini README, "ISA"; LocalAddr.scala, GemminiISA.scala
 */
import type { OperandField, OperandFieldKind } from './accelerator-fields.ts';
import { uniqueIndex } from './unique-index.ts';

/** Who executes a command: `rtl` the hardware generator, `functional` the Spike extension. */
export type CommandSupport = 'both' | 'rtl' | 'functional';

export interface CommandDef {
  readonly name: string;
  readonly funct: number;
  readonly rs1: readonly OperandField[];
  readonly rs2: readonly OperandField[];
  /** The command writes rd (funct3 = 7 in place of 3). */
  readonly hasResult?: true;
  readonly support: CommandSupport;
  readonly summary: string;
}

/** Major opcode of the commands, custom-3. */
export const ACCELERATOR_OPCODE = 0x7b;
/** funct3 = {xd, xs1, xs2} of a command without and with a result. */
export const ACCELERATOR_FUNCT3 = { plain: 0b011, withResult: 0b111 } as const;

type Details = Pick<OperandField, 'fixed' | 'default' | 'values'>;

const field = (name: string, lsb: number, width: number, kind: OperandFieldKind, summary: string, more: Details = {}) =>
  ({ name, lsb, width, kind, summary, ...more }) satisfies OperandField;
const bits = (name: string, lsb: number, width: number, summary: string, more?: Details) =>
  field(name, lsb, width, 'unsigned', summary, more);
const flag = (name: string, lsb: number, summary: string) => field(name, lsb, 1, 'flag', summary);
const address = (name: string, summary: string) => field(name, 0, 64, 'address', summary);
const float32 = (name: string, lsb: number, summary: string) =>
  field(name, lsb, 32, 'float32', summary, { default: 0x3f800000 });
const shorts = (high: string, midHigh: string, midLow: string, low: string): OperandField[] => [
  bits(low, 0, 16, CONVOLUTION_FIELDS[low]!),
  bits(midLow, 16, 16, CONVOLUTION_FIELDS[midLow]!),
  bits(midHigh, 32, 16, CONVOLUTION_FIELDS[midHigh]!),
  bits(high, 48, 16, CONVOLUTION_FIELDS[high]!),
];
const convolutionBits = (name: string, lsb: number, width: number) => bits(name, lsb, width, CONVOLUTION_FIELDS[name]!);

/** A tile on chip: local address, columns, rows. A prefix tells the tiles of a command apart. */
const tile = (prefix: string, what: string): OperandField[] => [
  field(prefix === '' ? 'local_addr' : prefix, 0, 32, 'local', `local address of ${what}`),
  bits(prefix === '' ? 'cols' : `${prefix}_cols`, 32, 16, `columns of ${what}, elements`),
  bits(prefix === '' ? 'rows' : `${prefix}_rows`, 48, 16, `rows of ${what}`),
];

/** Activation codes; softmax needs the high bit that only config_norm sets. */
export const ACTIVATIONS = { none: 0, relu: 1, layernorm: 2, igelu: 3, softmax: 4 } as const;
export type Activation = keyof typeof ACTIVATIONS;
const { softmax: _, ...LOW_ACTIVATIONS } = ACTIVATIONS;

export const DATAFLOWS = { os: 0, ws: 1 } as const;

const configVariant = (value: number): OperandField =>
  bits('variant', 0, 2, 'which configuration is written', { fixed: value });
const scratchpadId = (operand: string, lsb: number) =>
  bits(`${operand}_spad_id`, lsb, 2, `half of the scratchpad for ${operand.toUpperCase()}; 0 lets the machine choose`);

/** What the sizes of loop_conv_ws mean, for both layouts. */
const CONVOLUTION_FIELDS: Readonly<Record<string, string>> = {
  batch_size: 'images of the whole tensor',
  in_channels: 'channels of the whole input',
  out_channels: 'channels of the whole output',
  in_dim: 'rows and columns of the whole input',
  in_row_dim: 'rows of the whole input',
  in_col_dim: 'columns of the whole input',
  out_dim: 'rows and columns of the whole output before pooling',
  out_row_dim: 'rows of the whole output before pooling',
  out_col_dim: 'columns of the whole output before pooling',
  pool_out_dim: 'rows and columns of the whole output after pooling',
  pool_out_row_dim: 'rows of the whole output after pooling',
  pool_out_col_dim: 'columns of the whole output after pooling',
  stride: 'stride of the convolution, pixels',
  padding: 'padding of the whole input, pixels; not used by the loop',
  kernel_dim: 'rows and columns of the whole kernel',
  kernel_dilation: 'distance between neighbouring kernel taps, pixels',
  pool_size: 'rows and columns of the pooling window',
  pool_stride: 'stride of pooling, pixels',
  pool_padding: 'padding before pooling, pixels; not used by the loop',
  batches: 'images of this tile',
  porows: 'pooled output rows of this tile',
  pocols: 'pooled output columns of this tile',
  pochs: 'output channels of this tile',
  krows: 'kernel rows of this tile',
  kcols: 'kernel columns of this tile',
  kchs: 'input channels of this tile',
  orows: 'output rows of this tile before pooling',
  ocols: 'output columns of this tile before pooling',
  lpad: 'zero columns left of this input tile',
  rpad: 'zero columns right of this input tile',
  upad: 'zero rows above this input tile',
  dpad: 'zero rows below this input tile',
  plpad: 'pooling padding left of this tile, columns',
  prad: 'pooling padding right of this tile, columns; not used by the loop',
  pupad: 'pooling padding above this tile, rows',
  pdpad: 'pooling padding below this tile, rows; not used by the loop',
  in_stride: 'elements between neighbouring input pixels',
  weight_stride: 'elements between neighbouring weight rows',
  out_stride: 'elements between neighbouring output pixels',
};

const move = <const Name extends string>(name: Name, funct: number, summary: string) => ({
  name,
  funct,
  rs1: [address('dram_addr', 'virtual byte address; 0 loads zeros')],
  rs2: tile('', 'the tile'),
  support: 'both' as const,
  summary,
});

const compute = <const Name extends string>(name: Name, funct: number, summary: string) => ({
  name,
  funct,
  rs1: tile('a', 'A'),
  rs2: tile('bd', 'B (output-stationary) or D (weight-stationary)'),
  support: 'both' as const,
  summary,
});

const PRIMITIVES = [
  {
    name: 'config_ex',
    funct: 0,
    rs1: [
      configVariant(0),
      bits('dataflow', 2, 1, 'output-stationary or weight-stationary', { values: DATAFLOWS }),
      bits('activation', 3, 2, 'applied to array results that go to the scratchpad', {
        values: LOW_ACTIVATIONS,
      }),
      flag('set_only_strides', 7, 'change a_stride and c_stride only'),
      flag('a_transpose', 8, 'A is stored transposed'),
      flag('b_transpose', 9, 'B is stored transposed'),
      bits('a_stride', 16, 16, 'scratchpad rows between consecutive rows of A', { default: 1 }),
      float32('acc_scale', 32, 'scale of accumulator rows read by the array, binary32'),
    ],
    rs2: [
      bits('shift', 0, 32, 'right shift of output-stationary results, bits'),
      bits('relu6_shift', 32, 16, 'not used'),
      bits('c_stride', 48, 16, 'rows between consecutive rows of C', { default: 1 }),
    ],
    support: 'both',
    summary: 'Configure the array: dataflow, activation, transposes, strides, shift.',
  },
  {
    name: 'config_mvin',
    funct: 0,
    rs1: [
      configVariant(1),
      flag('shrink', 2, 'accumulator loads read input-type elements'),
      bits('state', 3, 2, 'load state: 0 mvin, 1 mvin2, 2 mvin3'),
      bits('pixel_repeats', 8, 8, 'copies of each pixel', { default: 1 }),
      bits('block_stride', 16, 16, 'local rows between blocks of dim columns', { default: 16 }),
      float32('scale', 32, 'scale of loaded elements, binary32'),
    ],
    rs2: [bits('stride', 0, 64, 'bytes between rows in DRAM')],
    support: 'both',
    summary: 'Configure one of the three load states.',
  },
  {
    name: 'config_mvout',
    funct: 0,
    rs1: [
      configVariant(2),
      bits('activation', 2, 2, 'applied to accumulator rows on their way out', { values: LOW_ACTIVATIONS }),
      bits('pool_stride', 4, 2, 'stride of max-pooling; 0 is no pooling'),
      bits('pool_size', 6, 2, 'rows and columns of the pooling window'),
      bits('upad', 8, 2, 'zero rows above the image'),
      bits('lpad', 10, 2, 'zero columns left of the image'),
      bits('pool_out_dim', 24, 8, 'columns of the pooled image in DRAM'),
      bits('porows', 32, 8, 'pooled rows to produce'),
      bits('pocols', 40, 8, 'pooled columns to produce'),
      bits('orows', 48, 8, 'rows of the image before pooling'),
      bits('ocols', 56, 8, 'columns of the image before pooling'),
    ],
    rs2: [
      bits('stride', 0, 32, 'bytes between rows in DRAM'),
      float32('acc_scale', 32, 'scale of accumulator rows on their way out, binary32'),
    ],
    support: 'both',
    summary: 'Configure stores: stride, activation, scale, max-pooling.',
  },
  {
    name: 'config_norm',
    funct: 0,
    rs1: [
      configVariant(3),
      bits('stat_id', 8, 8, 'which set of row statistics'),
      bits('activation_msb', 16, 1, 'high bit of the activation code (softmax)'),
      flag('set_stat_id_only', 17, 'change stat_id only'),
      bits('q_const_type', 18, 1, 'which constant q_const is', { values: { qln2: 0, qln2_inv: 1 } }),
      field('q_const', 32, 32, 'signed', 'ln 2 or its inverse in fixed point'),
    ],
    rs2: [
      field('qb', 0, 32, 'signed', 'polynomial constant b in fixed point'),
      field('qc', 32, 32, 'signed', 'polynomial constant c in fixed point'),
    ],
    support: 'both',
    summary: 'Configure normalisation: statistics and constants of I-GELU and softmax.',
  },
  move('mvin2', 1, 'Copy a tile from DRAM to scratchpad or accumulator with load state 1.'),
  move('mvin', 2, 'Copy a tile from DRAM to scratchpad or accumulator with load state 0.'),
  move('mvout', 3, 'Copy a tile from scratchpad or accumulator to DRAM.'),
  compute('compute.preloaded', 4, 'Multiply with the operand that the last preload brought.'),
  compute('compute.accumulated', 5, 'Multiply again with the operand already in the array.'),
  {
    name: 'preload',
    funct: 6,
    rs1: tile('bd', 'B (weight-stationary) or D (output-stationary)'),
    rs2: tile('c', 'C'),
    support: 'both',
    summary: 'Choose the operand that stays in the array, and where results go.',
  },
  {
    name: 'flush',
    funct: 7,
    rs1: [flag('skip', 0, 'give up a request that waits for a page fault, else retry it')],
    rs2: [],
    support: 'both',
    summary: 'Flush the accelerator TLBs.',
  },
  move('mvin3', 14, 'Copy a tile from DRAM to scratchpad or accumulator with load state 2.'),
  {
    name: 'clkgate_en',
    funct: 22,
    rs1: [flag('enable', 0, 'clock enable while idle')],
    rs2: [],
    support: 'rtl',
    summary: 'Gate the clock of the idle accelerator.',
  },
  {
    name: 'mvout_spad',
    funct: 23,
    rs1: [
      field('dst', 0, 32, 'local', 'scratchpad row to write'),
      bits('dst_stride', 32, 32, 'scratchpad rows between consecutive rows'),
    ],
    rs2: tile('', 'the source tile'),
    support: 'rtl',
    summary: 'Copy a tile to the external scratchpad.',
  },
  {
    name: 'counter',
    funct: 126,
    rs1: [
      flag('reset', 0, 'reset all counters'),
      flag('leave_snapshot', 1, 'leave snapshot mode'),
      flag('take_snapshot', 2, 'enter snapshot mode'),
      flag('configure', 3, 'choose what the addressed counter counts'),
      bits('index', 4, 3, 'addressed counter'),
      bits('event', 12, 6, 'event code'),
      flag('external', 31, 'the event code is an external one'),
    ],
    rs2: [],
    hasResult: true,
    support: 'both',
    summary: 'Read a performance counter; reset, configure or freeze the counters.',
  },
  {
    name: 'fence.accel',
    funct: 127,
    rs1: [],
    rs2: [],
    support: 'functional',
    summary: 'No operation. Programs use the fence of RISC-V.',
  },
] as const satisfies readonly CommandDef[];

const LOOP_MATMUL = [
  {
    name: 'loop_ws',
    funct: 8,
    rs1: [
      flag('ex_accumulate', 0, 'the first products add to the accumulator'),
      flag('full_c', 1, 'C is stored in the accumulator type'),
      flag('low_d', 2, 'D has the input type'),
      bits('activation', 8, 3, 'chooses the store sequence of layernorm and softmax', { values: ACTIVATIONS }),
      scratchpadId('b', 16),
      scratchpadId('a', 18),
    ],
    rs2: [
      flag('a_transpose', 0, 'A is stored transposed in DRAM'),
      flag('b_transpose', 1, 'B is stored transposed in DRAM'),
      flag('is_resadd', 2, 'C = A + B in place of a matmul'),
      flag('skip_load_a', 3, 'RTL only: A is there already'),
      flag('skip_load_b', 4, 'RTL only: B is there already'),
      flag('skip_load_d', 5, 'RTL only: D is there already'),
      flag('skip_execute', 6, 'RTL only: do not multiply'),
      flag('skip_store_c', 7, 'RTL only: do not store'),
      flag('advance_acc', 8, 'RTL only: use the other accumulator half next time'),
      flag('spad_only', 9, 'RTL only: C goes to the scratchpad'),
      bits('c_spad_row', 32, 32, 'RTL only: scratchpad row of C'),
    ],
    support: 'both',
    summary: 'Run the tiled matmul that the loop_ws.config commands describe.',
  },
  {
    name: 'loop_ws.config_bounds',
    funct: 9,
    rs1: [
      bits('pad_i', 0, 16, 'rows missing from the last block row'),
      bits('pad_j', 16, 16, 'columns missing from the last block column'),
      bits('pad_k', 32, 16, 'inner elements missing from the last block'),
    ],
    rs2: [
      bits('i', 0, 16, 'blocks of rows of C'),
      bits('j', 16, 16, 'blocks of columns of C'),
      bits('k', 32, 16, 'blocks of the inner dimension'),
    ],
    support: 'both',
    summary: 'Extents of the tiled matmul in blocks of dim.',
  },
  {
    name: 'loop_ws.config_addrs_ab',
    funct: 10,
    rs1: [address('a', 'byte address of A; 0: already in the scratchpad')],
    rs2: [address('b', 'byte address of B; 0: already in the scratchpad')],
    support: 'both',
    summary: 'Addresses of A and B.',
  },
  {
    name: 'loop_ws.config_addrs_dc',
    funct: 11,
    rs1: [address('d', 'byte address of the bias D; 0: none')],
    rs2: [address('c', 'byte address of C; 0: keep it in the accumulator')],
    support: 'both',
    summary: 'Addresses of D and C.',
  },
  {
    name: 'loop_ws.config_strides_ab',
    funct: 12,
    rs1: [bits('a_stride', 0, 64, 'elements between rows of A')],
    rs2: [bits('b_stride', 0, 64, 'elements between rows of B')],
    support: 'both',
    summary: 'Row strides of A and B.',
  },
  {
    name: 'loop_ws.config_strides_dc',
    funct: 13,
    rs1: [bits('d_stride', 0, 64, 'elements between rows of D; 0 repeats one row')],
    rs2: [bits('c_stride', 0, 64, 'elements between rows of C')],
    support: 'both',
    summary: 'Row strides of D and C.',
  },
  {
    name: 'loop_ws.config_spad_ab',
    funct: 24,
    rs1: [bits('a_start', 0, 64, 'first scratchpad row of A')],
    rs2: [bits('b_end', 0, 64, 'scratchpad row after B')],
    support: 'rtl',
    summary: 'Replace the places of A and B in the scratchpad.',
  },
  {
    name: 'loop_ws.config_spad_c',
    funct: 25,
    rs1: [],
    rs2: [],
    support: 'rtl',
    summary: 'Consumed without effect.',
  },
] as const satisfies readonly CommandDef[];

const LOOP_CONVOLUTION = [
  {
    name: 'loop_conv_ws',
    funct: 15,
    rs1: [
      flag('no_bias', 0, 'start from 0'),
      flag('wrot180', 1, 'rotate the kernel by 180 degrees'),
      flag('trans_output_1203', 2, 'output is HWNC'),
      flag('trans_weight_1203', 3, 'weights are IHWO'),
      flag('trans_weight_0132', 4, 'weights are HWOI'),
      flag('trans_input_3120', 5, 'input is CHWN'),
      flag('dw', 6, 'depthwise: one input and one output channel'),
      bits('max_pixels_per_row', 8, 8, 'input pixels packed into one scratchpad row', { default: 1 }),
      scratchpadId('b', 16),
      scratchpadId('a', 18),
    ],
    rs2: [
      flag('no_pool', 0, 'do not pool'),
      flag('downsample', 1, '1x1 kernel with stride 2'),
      flag('input_dilated', 2, 'input upsampled by 2 with zeros between'),
      bits('activation', 3, 2, 'of the pooling stores', { values: LOW_ACTIVATIONS }),
    ],
    support: 'both',
    summary: 'Run the tiled convolution that the loop_conv_ws.config commands describe.',
  },
  {
    name: 'loop_conv_ws.config_5',
    funct: 20,
    rs1: [address('weights', 'byte address of the weights')],
    rs2: [address('output', 'byte address of the output; 0: keep it in the accumulator')],
    support: 'both',
    summary: 'Addresses of weights and output.',
  },
  {
    name: 'loop_conv_ws.config_6',
    funct: 21,
    rs1: [address('bias', 'byte address of the bias')],
    rs2: [address('input', 'byte address of the input; 0: already in the scratchpad')],
    support: 'both',
    summary: 'Addresses of bias and input.',
  },
] as const satisfies readonly CommandDef[];

const loopConvolutionConfig = <const Name extends string>(
  name: Name,
  funct: number,
  rs1: readonly OperandField[],
  rs2: readonly OperandField[],
) => ({ name, funct, rs1, rs2, support: 'both' as const, summary: 'Extents of the tiled convolution.' });

/** Sizes of loop_conv_ws in the current layout: rows and columns apart. */
const CURRENT_CONVOLUTION_CONFIG = [
  loopConvolutionConfig(
    'loop_conv_ws.config_1',
    16,
    shorts('out_channels', 'in_channels', 'in_row_dim', 'batch_size'),
    [
      convolutionBits('out_row_dim', 0, 16),
      convolutionBits('pool_out_row_dim', 16, 16),
      convolutionBits('out_col_dim', 32, 16),
      convolutionBits('stride', 48, 8),
      convolutionBits('padding', 56, 8),
    ],
  ),
  loopConvolutionConfig(
    'loop_conv_ws.config_2',
    17,
    [
      convolutionBits('pool_padding', 0, 8),
      convolutionBits('pool_stride', 8, 8),
      convolutionBits('pool_size', 16, 16),
      convolutionBits('pool_out_col_dim', 32, 16),
      convolutionBits('kernel_dim', 48, 16),
    ],
    shorts('batches', 'porows', 'pocols', 'pochs'),
  ),
  loopConvolutionConfig('loop_conv_ws.config_3', 18, shorts('krows', 'kcols', 'kchs', 'lpad'), [
    convolutionBits('in_col_dim', 0, 16),
    convolutionBits('plpad', 16, 8),
    convolutionBits('dpad', 24, 8),
    convolutionBits('upad', 32, 16),
    convolutionBits('rpad', 48, 16),
  ]),
  loopConvolutionConfig(
    'loop_conv_ws.config_4',
    19,
    [
      convolutionBits('kernel_dilation', 0, 10),
      convolutionBits('pdpad', 10, 11),
      convolutionBits('pupad', 21, 11),
      convolutionBits('prad', 32, 16),
      convolutionBits('orows', 48, 16),
    ],
    shorts('in_stride', 'weight_stride', 'out_stride', 'ocols'),
  ),
] as const satisfies readonly CommandDef[];

/** Sizes of loop_conv_ws before July 2023: square images. */
const SQUARE_CONVOLUTION_CONFIG = [
  loopConvolutionConfig(
    'loop_conv_ws.config_1',
    16,
    shorts('out_channels', 'in_channels', 'in_dim', 'batch_size'),
    shorts('padding', 'stride', 'pool_out_dim', 'out_dim'),
  ),
  loopConvolutionConfig(
    'loop_conv_ws.config_2',
    17,
    shorts('kernel_dim', 'pool_size', 'pool_stride', 'pool_padding'),
    shorts('batches', 'porows', 'pocols', 'pochs'),
  ),
  loopConvolutionConfig(
    'loop_conv_ws.config_3',
    18,
    shorts('krows', 'kcols', 'kchs', 'lpad'),
    shorts('rpad', 'upad', 'dpad', 'plpad'),
  ),
  loopConvolutionConfig(
    'loop_conv_ws.config_4',
    19,
    [
      convolutionBits('kernel_dilation', 0, 10),
      convolutionBits('pdpad', 10, 11),
      convolutionBits('pupad', 21, 11),
      convolutionBits('prad', 32, 16),
      convolutionBits('orows', 48, 16),
    ],
    shorts('in_stride', 'weight_stride', 'out_stride', 'ocols'),
  ),
] as const satisfies readonly CommandDef[];

/** `square-convolution` is the layout of headers and RTL before 23 July 2023. */
export const ISA_REVISIONS = ['current', 'square-convolution'] as const;
export type IsaRevision = (typeof ISA_REVISIONS)[number];

const COMMON_COMMANDS = [...PRIMITIVES, ...LOOP_MATMUL, ...LOOP_CONVOLUTION] as const;

export type CommandName =
  | (typeof COMMON_COMMANDS)[number]['name']
  | (typeof CURRENT_CONVOLUTION_CONFIG)[number]['name'];

/** A row of the table, its name known. */
export type Command = CommandDef & { readonly name: CommandName };

const COMMANDS: Readonly<Record<IsaRevision, readonly Command[]>> = {
  current: [...COMMON_COMMANDS, ...CURRENT_CONVOLUTION_CONFIG],
  'square-convolution': [...COMMON_COMMANDS, ...SQUARE_CONVOLUTION_CONFIG],
};

const variantOf = ({ rs1 }: CommandDef): number => rs1.find((one) => one.name === 'variant')?.fixed ?? 0;
const commandKey = (funct: number, variant: number): number => funct * 4 + variant;

const indexes = Object.fromEntries(
  ISA_REVISIONS.map((revision) => [
    revision,
    {
      byName: uniqueIndex(COMMANDS[revision], ({ name }): string => name),
      byKey: uniqueIndex(COMMANDS[revision], (one) => commandKey(one.funct, variantOf(one))),
    },
  ]),
) as Record<
  IsaRevision,
  { readonly byName: ReadonlyMap<string, Command>; readonly byKey: ReadonlyMap<number, Command> }
>;

export const commandsOf = (revision: IsaRevision): readonly Command[] => COMMANDS[revision];

export const commandByName = (revision: IsaRevision, name: string): Command | undefined =>
  indexes[revision].byName.get(name);

/**
 * The command that an instruction asks for.
 * @param rs1Low low bits of the first operand; the two lowest tell the four config commands apart
 * @returns nothing for undefined functs
 */
export const decodeCommand = (revision: IsaRevision, funct: number, rs1Low: number): Command | undefined =>
  indexes[revision].byKey.get(commandKey(funct, funct === 0 ? rs1Low & 3 : 0));

/** The instruction word of a command. `rd` matters for commands with a result only. */
export const encodeCommand = (command: CommandDef, rs1: number, rs2: number, rd = 0): number =>
  ((command.funct << 25) |
    (rs2 << 20) |
    (rs1 << 15) |
    ((command.hasResult ? ACCELERATOR_FUNCT3.withResult : ACCELERATOR_FUNCT3.plain) << 12) |
    (rd << 7) |
    ACCELERATOR_OPCODE) >>>
  0;
