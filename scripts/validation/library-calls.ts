import { readFileSync } from 'node:fs';
import { assemble, type SourceFile } from '../../src/assembler/assemble.ts';
import { readElf } from '../../src/elf/read.ts';
import { createMachine } from '../../src/machine/build.ts';
import { CapturedHost } from '../../src/machine/captured-host.ts';
import type { MachineConfig } from '../../src/machine/config/schema.ts';
import { floatBits } from '../../src/runtime/commands.ts';
import type { Operation } from '../../src/runtime/operation.ts';

/** The kernel for an operation and its block of doublewords: firmware.h. */
function kernelCall({ kind, problem }: Operation): { kernel: string; block: readonly number[] } {
  switch (kind) {
    case 'matmul': {
      const { shape, a, b, c, d, scale, activation } = problem;
      const flags = (a.transposed ? 1 : 0) | (b.transposed ? 2 : 0) | (d?.repeats ? 16 : 0);
      const strides = [a.stride, b.stride, d?.stride ?? 0, c.stride];
      const places = [a.address, b.address, d?.address ?? 0, c.address];
      const last = [flags, activation === 'relu' ? 1 : 0, floatBits(scale), 0, 0, 0, 0];
      return { kernel: 'fw_matmul', block: [shape.m, shape.n, shape.k, ...places, ...strides, ...last] };
    }
    case 'conv': {
      const { shape, input, weights, bias, output, inStride, outStride, scale, activation } = problem;
      const { batch, inRows, inCols, inChannels, outChannels, kernel, stride, padding } = shape;
      const pool = shape.pooling ?? { size: 0, stride: 0, padding: 0 };
      const block = [
        ...[batch, inRows, inCols, inChannels, outChannels, kernel, stride, padding],
        ...[shape.kernelDilation, shape.inputDilation, pool.size, pool.stride, pool.padding, inStride, outStride],
        ...[
          input,
          weights,
          bias ?? 0,
          output,
          (shape.rotated ? 1 : 0) | (shape.depthwise ? 32 : 0),
          activation === 'relu' ? 1 : 0,
          floatBits(scale),
        ],
      ];
      return { kernel: 'fw_conv', block };
    }
    case 'residual-add': {
      const { rows, cols, a, b, c, scale, activation } = problem;
      const scales = [a.scale, b.scale, scale].map(floatBits);
      const block = [rows, cols, c.stride, a.address, b.address, c.address, ...scales, activation === 'relu' ? 1 : 0];
      return { kernel: 'fw_residual_add', block };
    }
    case 'global-average': {
      const { pixels, channels, input, output } = problem;
      return { kernel: 'fw_global_average', block: [1, Math.sqrt(pixels), channels, input.address, output] };
    }
    default:
      throw new Error(`the benchmark has no call for ${kind}`);
  }
}

/**
 * Operations as calls of the firmware's C library, which chooses its tiles on the hart before each: cycles of every call, one
 * after the other in one program.
 */
export function callCycles(operations: readonly Operation[], config: MachineConfig): number[] {
  const kernels = operations.map(kernelCall);
  const main = `
        .globl  main, cycles
        .text
main:   addi    sp, sp, -16
        sd      ra, 8(sp)
        la      s0, cycles
${kernels
  .map(
    ({ kernel }, i) => `        rdcycle s1
        la      a0, block${i}
        call    ${kernel}
        rdcycle a1
        sub     a1, a1, s1
        sd      a1, 0(s0)
        addi    s0, s0, 8`,
  )
  .join('\n')}
        ld      ra, 8(sp)
        addi    sp, sp, 16
        li      a0, 0
        ret
        .data
        .balign 8
${kernels.map(({ block }, i) => `block${i}: .dword ${block.join(', ')}`).join('\n')}
cycles: .skip ${8 * operations.length}
`;
  const library = ['crt', 'console', 'memory', 'kernels'].map((part): SourceFile => {
    const name = `firmware/lib/${part}.s`;
    return { name, text: readFileSync(name, 'utf8') };
  });
  const program = assemble([...library, { name: 'main.s', text: main }], {
    readFile: (path) => readFileSync(path),
  });
  const elf = program.ok ? readElf(program.value.bytes) : program;
  if (!elf.ok) throw new Error(elf.errors[0]!.message);
  const machine = createMachine(config, new CapturedHost(), { timing: true });
  machine.load(elf.value);
  const outcome = machine.run(Number.MAX_SAFE_INTEGER);
  if (outcome.kind !== 'exit' || outcome.code !== 0n) throw new Error(`the calls ended with ${outcome.kind}`);
  const bytes = machine.ram.view(machine.symbols.byName('cycles')!.value, 8 * operations.length)!.slice();
  return [...new BigUint64Array(bytes.buffer)].map(Number);
}
