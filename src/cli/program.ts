/** The commands with their arguments and options; each loads its code when it is called. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { ACTIVATIONS, ISA_REVISIONS } from '../isa/accelerator.ts';
import type { AsmOptions } from './asm-command.ts';
import type { ExportOptions } from './config-command.ts';
import { addConfigOptions, type ConfigOptions, EXPORT_FORMATS } from './config-options.ts';
import type { ConvOptions } from './conv-command.ts';
import type { DisOptions } from './dis-command.ts';
import type { Loop } from './expand-command.ts';
import type { ExplainOptions } from './explain-command.ts';
import type { GemmOptions } from './gemm-command.ts';
import type { LdOptions } from './ld-command.ts';
import type { NetOptions } from './net-command.ts';
import { addOperationOptions, BIASES, TILINGS, TRANSPOSES } from './operation-flags.ts';
import type { RetimeOptions } from './retime-command.ts';
import type { RunOptions } from './run-command.ts';
import { STATS_FORMATS } from './stats.ts';

/**
 * @param finish takes a command's exit status
 * @param timingWorker script for the thread that times long runs
 */
export function createProgram(
  finish: (outcome: number | Promise<number>) => void | Promise<void>,
  timingWorker: string | undefined,
): Command {
  const program = new Command('pollux')
    .description('The software twin of a Gemmini accelerator: assemble, run, time and reshape it.')
    .version(packageJson.version)
    .exitOverride();

  addConfigOptions(program.command('run').description('run a program: an ELF file, or assembly'))
    .argument('<program>', 'ELF file or .s file')
    .argument('[arguments...]', 'arguments of the program, after --')
    .option('--max-instructions <count>', 'stop after this many instructions', positiveInteger)
    .option('--timeout <seconds>', 'stop after this much time', positiveNumber)
    .option('--log-commits <file>', 'write a line for every retired instruction, as Spike does')
    .option('--timing', 'work out cycles, too: the guest sees them, and the total follows the run')
    .addOption(
      new Option('--stats <format>', 'print every counter after the run; implies --timing').choices(STATS_FORMATS),
    )
    .option('--stats-file <file>', 'write the counters there, apart from what the guest prints (default format: json)')
    .option('--record <file>', 'keep what the timing model is told, for "pollux retime"')
    .option('--show-machine', 'show the effective machine first ("config show" adds the timing defaults)')
    .option('-q, --quiet', 'say nothing about a successful run')
    .action(async (file: string, programArguments: string[], options: RunOptions) =>
      finish((await import('./run-command.ts')).run(file, programArguments, options, timingWorker)),
    );

  addConfigOptions(
    program.command('retime').description('time a recorded run on a machine with other timing parameters'),
  )
    .argument('<recording>', 'what "pollux run --record" wrote')
    .addOption(new Option('--stats <format>', 'print every counter in place of the cycles').choices(STATS_FORMATS))
    .option('--stats-file <file>', 'write the counters there, and print the cycles (default format: json)')
    .option('-q, --quiet', 'print no report')
    .action(async (file: string, options: RetimeOptions) =>
      finish((await import('./retime-command.ts')).retimeRecording(file, options)),
    );

  program
    .command('counters')
    .description('print what the timing model counts: id, name, unit, meaning, formula')
    .argument('[ids...]', 'only these')
    .action(async (ids: string[]) => finish((await import('./counters-command.ts')).counters(ids)));

  program
    .command('asm')
    .description('assemble and link: GNU as syntax with the commands of the accelerator in words')
    .argument('<files...>', 'assembly files')
    .option('-o, --output <file>', 'what to write (default: the name of the first file, with .elf or .o)')
    .option('--object', 'write an object file for a linker')
    .option('--listing <file>', 'write the source with the bytes of each line; - is standard output')
    .option('--base <address>', 'address of the first section (default: 0x80000000)', addressOption)
    .option('--entry <symbol>', 'where execution begins (default: _start)')
    .option('--stack-bytes <count>', 'size of the stack below _stack_top (default: 131072)', positiveInteger)
    .addOption(revisionOption())
    .action(async (files: string[], options: AsmOptions) =>
      finish((await import('./asm-command.ts')).asm(files, options)),
    );

  program
    .command('ld')
    .description('link object files into a static program')
    .argument('<files...>', 'object files, ours or of GNU as')
    .option('-o, --output <file>', 'what to write', 'a.elf')
    .option('--base <address>', 'address of the first section (default: 0x80000000)', addressOption)
    .option('--entry <symbol>', 'where execution begins (default: _start)')
    .option('--stack-bytes <count>', 'size of the stack below _stack_top (default: 131072)', positiveInteger)
    .option('--section <name=address>', 'address of an output section; may be repeated', sectionAddress)
    .action(async (files: string[], options: LdOptions) =>
      finish((await import('./ld-command.ts')).ld(files, options)),
    );

  program
    .command('dis')
    .description('show a program as text, as GNU objdump -d does, with the commands of the accelerator by name')
    .argument('<program>', 'ELF file or .s file')
    .option('--objdump', 'print exactly what GNU objdump prints')
    .option('--source', 'put source lines before their instructions, if the program was translated with -g')
    .addOption(revisionOption())
    .action(async (file: string, options: DisOptions) =>
      finish((await import('./dis-command.ts')).disassemble(file, options)),
    );

  program
    .command('explain')
    .description('say what an instruction or command does and how it is encoded')
    .argument('<subject>', 'instruction word, such as 0x00a58533, mnemonic, command or CSR name')
    .argument('[rs1]', "value of a command's first operand register", operandValue)
    .argument('[rs2]', "value of a command's second operand register", operandValue)
    .addOption(revisionOption())
    .action(async (subject: string, rs1: bigint | undefined, rs2: bigint | undefined, options: ExplainOptions) =>
      finish((await import('./explain-command.ts')).explainSubject(subject, rs1, rs2, options)),
    );

  addConfigOptions(program.command('expand').description('show what a loop command unrolls to'))
    .addArgument(new Argument('<loop>', 'the command').choices(['loop_ws', 'loop_conv_ws']))
    .argument('[field=value...]', 'fields of the command and of its configuration commands')
    .action(async (loop: Loop, fields: string[], options: ConfigOptions) =>
      finish((await import('./expand-command.ts')).expand(loop, fields, options)),
    );

  addOperationOptions(program.command('gemm').description('run one matrix product, checked against plain loops'))
    .argument('<m>', 'rows of A and C', positiveInteger)
    .argument('<n>', 'columns of B and C', positiveInteger)
    .argument('<k>', 'columns of A, rows of B', positiveInteger)
    .addOption(new Option('--transpose <operands>', 'operands stored transposed').choices(TRANSPOSES).default('none'))
    .addOption(new Option('--bias <kind>', 'added to the product').choices(BIASES).default('none'))
    .addOption(
      new Option('--activation <name>', 'applied to the sums').choices(Object.keys(ACTIVATIONS)).default('none'),
    )
    .option('--scale <factor>', 'scale of the sums', positiveNumber)
    .option('--step <value>', 'value of one accumulator unit, for igelu and softmax', positiveNumber, 0.05)
    .option('--full-width', 'store the sums themselves, in the accumulator type')
    .addOption(new Option('--dataflow <name>', 'what stays in the array').choices(['ws', 'os']).default('ws'))
    .option('--explicit', 'write out every command in place of the hardware loop')
    .option('--tiles <tiles>', 'library, search, or MxNxK in blocks', 'library')
    .option('--a <file>', 'A as .npy, of the element type')
    .option('--b <file>', 'B as .npy, of the element type')
    .option('--d <file>', 'bias as .npy, of the accumulator type')
    .option('-o, --output <file>', 'write C as .npy')
    .action(async (m: number, n: number, k: number, options: GemmOptions) =>
      finish((await import('./gemm-command.ts')).gemm([m, n, k], options)),
    );

  addOperationOptions(program.command('conv').description('run one convolution, checked against plain loops'))
    .argument('<image>', 'rows x columns x channels of the input, such as 56x56x64')
    .argument('<kernel>', 'rows and columns of the kernel', positiveInteger)
    .argument('<channels>', 'output channels', positiveInteger)
    .option('--batch <images>', 'images', positiveInteger, 1)
    .addOption(new Option('--tiles <who>', 'who chooses the tiles').choices(TILINGS).default('library'))
    .option('--stride <pixels>', 'stride', positiveInteger, 1)
    .option('--padding <pixels>', 'zeros around the image', wholeNumber, 0)
    .option('--kernel-dilation <pixels>', 'distance of kernel taps', positiveInteger, 1)
    .option('--input-dilation <pixels>', 'distance of input pixels, 1 or 2', positiveInteger, 1)
    .option('--pool <size/stride/padding>', 'max pooling of the result')
    .addOption(new Option('--input-layout <layout>', 'of the input').choices(['NHWC', 'CHWN']).default('NHWC'))
    .addOption(
      new Option('--weight-layout <layout>', 'of the weights').choices(['HWIO', 'IHWO', 'HWOI']).default('HWIO'),
    )
    .addOption(new Option('--output-layout <layout>', 'of the result').choices(['NHWC', 'HWNC']).default('NHWC'))
    .option('--rotate', 'turn the kernel by 180 degrees')
    .option('--depthwise', 'one kernel per channel')
    .option('--no-bias', 'start from 0')
    .addOption(new Option('--activation <name>', 'applied to the sums').choices(['none', 'relu']).default('none'))
    .option('--scale <factor>', 'scale of the sums', positiveNumber)
    .option('--input <file>', 'input as .npy, of the element type')
    .option('--weights <file>', 'weights as .npy, of the element type')
    .option('--bias-file <file>', 'bias as .npy, of the accumulator type')
    .option('-o, --output <file>', 'write the result as .npy')
    .action(async (image: string, kernel: number, channels: number, options: ConvOptions) =>
      finish((await import('./conv-command.ts')).conv(image, kernel, channels, options)),
    );

  addOperationOptions(program.command('net').description('run a network with synthetic weights, layer by layer'))
    .argument('<file>', 'network description, such as configs/networks/resnet-50.yaml')
    .option('--batch <images>', 'images', positiveInteger, 1)
    .addOption(new Option('--tiles <who>', 'who chooses the tiles').choices(TILINGS).default('library'))
    .action(async (file: string, options: NetOptions) => finish((await import('./net-command.ts')).net(file, options)));

  const config = program.command('config').description('show, list, import and export machine configurations');
  addConfigOptions(config.command('show').description('the effective machine, with the origin of every value')).action(
    async (options) => finish((await import('./config-command.ts')).showConfig(options)),
  );
  config
    .command('presets')
    .description('the machines that have names')
    .action(async () => finish((await import('./config-command.ts')).listPresets()));
  config
    .command('keys')
    .description('every key, its rule and its meaning')
    .action(async () => finish((await import('./config-command.ts')).listKeys()));
  addConfigOptions(config.command('export').description('the effective machine as a file'))
    .addOption(new Option('-f, --format <format>', 'what to write').choices(EXPORT_FORMATS).default('yaml'))
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async (options: ExportOptions) => finish((await import('./config-command.ts')).exportConfig(options)));
  config
    .command('import')
    .description('turn a gemmini_params.h into a configuration file')
    .argument('<header>', 'the gemmini_params.h')
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .action(async (header: string, { output }: { output?: string }) =>
      finish(
        (await import('./config-command.ts')).exportConfig({
          config: [header],
          format: 'yaml',
          ...(output === undefined ? {} : { output }),
        }),
      ),
    );
  return program;
}

const revisionOption = (): Option =>
  new Option('--revision <name>', 'layout of the convolution commands').choices(ISA_REVISIONS).default('current');

function operandValue(text: string): bigint {
  if (!/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text) || BigInt(text) >= 1n << 64n)
    throw new InvalidArgumentError('It must be a number of 64 bits, as 0x10001000000000.');
  return BigInt(text);
}

function positiveInteger(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be a whole number of at least 0.');
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** Gathers the `--section name=address` of a command line. */
function sectionAddress(text: string, before: ReadonlyMap<string, bigint> | undefined): ReadonlyMap<string, bigint> {
  const [, name, address] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be name=address, as .data=0x80100000.');
  return new Map([...(before ?? []), [name, addressOption(address!)]]);
}

function addressOption(text: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) throw new InvalidArgumentError('It must be an address, as 0x80000000.');
  return BigInt(text);
}
