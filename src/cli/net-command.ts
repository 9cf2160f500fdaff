/** `pollux net`: a whole network with synthetic weights on the machine. */
import type { CheckResult } from '../runtime/check.ts';
import type { Geometry } from '../runtime/geometry.ts';
import { utilisation } from '../runtime/layer-report.ts';
import { type Network, parseNetwork } from '../runtime/network.ts';
import type { LoweredLayer } from '../runtime/network-lowering.ts';
import { buildNetwork, type NetworkProgram } from '../runtime/network-program.ts';
import { formatShape, type ShapedLayer, totalMacs, totalParameters } from '../runtime/network-shapes.ts';
import { type ProgramRun, programTarget } from '../runtime/run.ts';
import { configFiles } from './config-options.ts';
import { exitCode } from './exit-codes.ts';
import { readInput } from './files.ts';
import type { OperationOptions, TILINGS } from './operation-flags.ts';
import { percent } from './operation-report.ts';
import {
  badOutcome,
  checkAgainstLoops,
  checkText,
  failWith,
  machineFor,
  type OperationMachine,
  runOperations,
} from './operation-run.ts';
import { checkOutputs } from './output-target.ts';
import { columns, note, print, report } from './terminal.ts';

export interface NetOptions extends OperationOptions {
  readonly batch: number;
  readonly tiles: (typeof TILINGS)[number];
}

export async function net(file: string, options: NetOptions): Promise<number> {
  const machine = await machineFor(options, options.tiles);
  if (!machine.ok) return failWith(machine.errors);
  const writable = checkOutputs([options.elf], [file, ...configFiles(options)]);
  if (!writable.ok) return failWith(writable.errors);
  const bytes = readInput(file);
  if (!bytes.ok) return failWith(bytes.errors);
  const text = new TextDecoder().decode(bytes.value);
  const network = parseNetwork(text, file);
  if (!network.ok) {
    report(network.errors, new Map([[file, text]]));
    return exitCode('badInput');
  }
  const { config, geometry, planner } = machine.value;
  const { batch, seed } = options;
  const built = buildNetwork(network.value, { batch, seed, geometry, planner, target: programTarget(config) });
  if (!built.ok) return failWith(built.errors);
  const run = runOperations(built.value.program, machine.value, options);
  if (!run.ok) return failWith(run.errors);
  const bad = badOutcome(run.value.outcome);
  if (bad !== undefined) return bad;
  const rows = layerRows(built.value, run.value, machine.value, options);
  if (options.json) print(JSON.stringify({ network: network.value.name, batch, layers: rows }, undefined, 2));
  else printRows(network.value, built.value, rows, batch, geometry);
  const wrong = rows.filter(({ check }) => check.mismatches.length > 0);
  for (const { name, check } of wrong) note(`layer "${name}": ${checkText(check)}`);
  return exitCode(wrong.length > 0 ? 'ourBug' : 'success');
}

interface LayerRow {
  readonly name: string;
  readonly kind: string;
  readonly shape: string;
  /** Of the whole batch. */
  readonly macs: number;
  /** From the layer's first command to its fence, when the run was timed. */
  readonly cycles?: number;
  /** Share of the array's multiply-accumulates that were useful. */
  readonly utilisation?: number;
  readonly note?: string;
  readonly check: CheckResult;
}

function layerRows(
  { program, layers, shapes }: NetworkProgram,
  run: ProgramRun,
  machine: OperationMachine,
  options: NetOptions,
): LayerRow[] {
  const cyclesOf = new Map(program.stretches.map((name, index) => [name, run.cycles?.[index]]));
  return layers.map((layer, index) => {
    const { shape, macs, layer: described } = shapes[index] as ShapedLayer;
    return {
      name: layer.name,
      kind: described.kind,
      shape: formatShape(shape),
      macs: macs * options.batch,
      ...timesOf(cyclesOf.get(layer.name), macs * options.batch, machine),
      ...(layer.note === undefined ? {} : { note: layer.note }),
      check: checkLayer(layer, run, machine, options),
    };
  });
}

function timesOf(cycles: number | undefined, macs: number, { geometry }: OperationMachine) {
  if (cycles === undefined) return {};
  return { cycles, ...(macs === 0 ? {} : { utilisation: utilisation(macs, cycles, geometry) }) };
}

function checkLayer(layer: LoweredLayer, run: ProgramRun, machine: OperationMachine, options: NetOptions): CheckResult {
  const checks = layer.operations.map((operation) => checkAgainstLoops(operation, run, machine, options));
  return {
    checked: checks.reduce((sum, { checked }) => sum + checked, 0),
    mismatches: checks.flatMap(({ mismatches }) => mismatches),
  };
}

function printRows(
  network: Network,
  { shapes, program }: NetworkProgram,
  rows: readonly LayerRow[],
  batch: number,
  geometry: Geometry,
): void {
  const grouped = (value: number) => value.toLocaleString('en-US');
  const macs = totalMacs(shapes) * batch;
  const cycles = rows.reduce((sum, row) => sum + (row.cycles ?? 0), 0);
  print(
    columns([
      ['layer', 'kind', 'output', 'MACs', 'cycles', 'utilisation', 'values'],
      ...rows.map((row) => [
        row.name,
        row.kind,
        row.shape,
        grouped(row.macs),
        row.cycles === undefined ? '' : grouped(row.cycles),
        row.utilisation === undefined ? '' : percent(row.utilisation),
        row.note ?? checkText(row.check),
      ]),
    ]),
  );
  print('');
  print(
    columns([
      ['network', `${network.name}, batch ${batch}`],
      ['parameters', grouped(totalParameters(shapes))],
      ['MACs', grouped(macs)],
      ['commands', grouped(program.commandCount)],
      ...(cycles === 0
        ? []
        : [
            ['cycles', grouped(cycles)],
            ['utilisation', percent(utilisation(macs, cycles, geometry))],
          ]),
    ]),
  );
}
