import { describe, expect, test } from 'vitest';
import { commandByName, commandsOf, decodeCommand, encodeCommand, ISA_REVISIONS } from '../../src/isa/accelerator.ts';
import { type OperandField, packOperand, unpackOperand } from '../../src/isa/accelerator-fields.ts';
import { SeededRandom } from '../../src/support/random.ts';

const everyCommand = ISA_REVISIONS.flatMap((revision) =>
  commandsOf(revision).map((command) => [`${command.name} (${revision})`, command] as const),
);

const bounds = ({ width, kind, fixed }: OperandField): [bigint, bigint] => {
  if (fixed !== undefined) return [BigInt(fixed), BigInt(fixed)];
  const size = 1n << BigInt(width);
  return kind === 'signed' ? [-size / 2n, size / 2n - 1n] : [0n, size - 1n];
};

describe('accelerator commands', () => {
  test.each(everyCommand)('%s: fields do not overlap and unpack undoes pack', (_, command) => {
    const random = new SeededRandom(2);
    for (const fields of [command.rs1, command.rs2]) {
      let used = 0n;
      for (const { name, lsb, width } of fields) {
        const mask = ((1n << BigInt(width)) - 1n) << BigInt(lsb);
        expect(lsb + width, name).toBeLessThanOrEqual(64);
        expect(used & mask, name).toBe(0n);
        used |= mask;
      }
      for (let round = 0; round < 10; round++) {
        const values: Record<string, bigint> = {};
        for (const field of fields) {
          const [min, max] = bounds(field);
          values[field.name] = round === 0 ? min : round === 1 ? max : min + (random.u64() % (max - min + 1n));
        }
        expect(unpackOperand(fields, packOperand(fields, values))).toEqual(values);
      }
    }
  });

  test.each(everyCommand)('%s: a field name means one field', (_, { rs1, rs2 }) => {
    const names = [...rs1, ...rs2].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('encodings are those of the C macros', () => {
    const word = (name: string, rs1: number, rs2: number, rd = 0) =>
      encodeCommand(commandByName('current', name)!, rs1, rs2, rd);
    expect(word('config_ex', 10, 11)).toBe(0x00b5307b);
    expect(word('mvin', 10, 11)).toBe(0x04b5307b);
    expect(word('flush', 10, 11)).toBe(0x0eb5307b);
    expect(word('loop_ws', 5, 9)).toBe(0x1092b07b);
    expect(word('counter', 10, 11, 12)).toBe(0xfcb5767b);
  });

  test('operands are those of the C macros', () => {
    const pack = (name: string, operand: 'rs1' | 'rs2', values: Record<string, bigint>) =>
      packOperand(commandByName('current', name)![operand], values);
    const one = 0x3f800000n;
    expect(pack('config_ex', 'rs1', { dataflow: 1n, a_stride: 1n, acc_scale: one })).toBe(0x3f80000000010004n);
    expect(pack('config_ex', 'rs2', { c_stride: 1n, shift: 7n })).toBe(0x0001000000000007n);
    const shrunk = { state: 1n, shrink: 1n, scale: 0xbe800000n, block_stride: 16n, pixel_repeats: 1n };
    expect(pack('config_mvin', 'rs1', shrunk)).toBe(0xbe8000000010010dn);
    expect(pack('config_mvout', 'rs2', { stride: 16n, acc_scale: one })).toBe(0x3f80000000000010n);
    expect(pack('mvin', 'rs2', { rows: 16n, cols: 16n, local_addr: 0x20n })).toBe(0x0010001000000020n);
  });

  test('rs1 tells the four config commands apart', () => {
    const names = [0, 1, 2, 3].map((low) => decodeCommand('current', 0, low)?.name);
    expect(names).toEqual(['config_ex', 'config_mvin', 'config_mvout', 'config_norm']);
    expect(decodeCommand('current', 2, 3)?.name).toBe('mvin');
    expect(decodeCommand('current', 26, 0)).toBeUndefined();
  });

  test('the revisions pack the convolution sizes differently', () => {
    const sizes = { out_channels: 1n, in_channels: 2n, batch_size: 4n };
    const [current, square] = ISA_REVISIONS.map((revision) => commandByName(revision, 'loop_conv_ws.config_1')!);
    expect(packOperand(current!.rs1, { ...sizes, in_row_dim: 3n })).toBe(0x0001_0002_0003_0004n);
    expect(packOperand(square!.rs1, { ...sizes, in_dim: 3n })).toBe(0x0001_0002_0003_0004n);
    expect(packOperand(current!.rs2, { padding: 1n, stride: 2n })).toBe(0x0102_0000_0000_0000n);
    expect(packOperand(square!.rs2, { padding: 1n, stride: 2n })).toBe(0x0001_0002_0000_0000n);
  });
});
