import type { CheckResult } from '../runtime/check.ts';
import type { Geometry } from '../runtime/geometry.ts';
import { type PlanReport, utilisation } from '../runtime/layer-report.ts';
import { isRowWise } from '../runtime/matmul-problem.ts';
import { operationMacs, type TiledOperation } from '../runtime/operation.ts';
import type { ProgramRun } from '../runtime/run.ts';
import { checkText } from './operation-run.ts';
import { columns, print } from './terminal.ts';

/** Everything about one product or convolution that ran. */
export interface OperationReport {
  readonly title: string;
  readonly operation: TiledOperation;
  readonly plan: PlanReport;
  readonly run: ProgramRun;
  readonly check: CheckResult;
}

const grouped = (value: number): string => value.toLocaleString('en-US');
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export function printOperation({ title, operation, plan, run, check }: OperationReport, geometry: Geometry): void {
  const macsPerCycle = geometry.dim ** 2;
  const cycles = run.cycles?.[0];
  const used = (rows: number, of: number) => `${grouped(rows)} of ${grouped(of)} rows (${percent(rows / of)})`;
  const { cost, rows, capacity } = plan;
  print(
    columns([
      ['operation', title],
      ['tiles', plan.description],
      ['scratchpad', used(rows.scratchpad, capacity.scratchpad)],
      ['accumulator', used(rows.accumulator, capacity.accumulator)],
      ['traffic', `${grouped(cost.bytesLoaded)} bytes loaded, ${grouped(cost.bytesStored)} stored`],
      ['at least', `${grouped(plan.lowerBound)} cycles, bound by ${plan.boundBy}`],
      ...(cycles === undefined
        ? []
        : [
            ['cycles', `${grouped(cycles)}${untimed(operation)}`],
            [
              'utilisation',
              `${percent(utilisation(operationMacs(operation), cycles, geometry))} of ${macsPerCycle} MACs per cycle`,
            ],
          ]),
      ['values', checkText(check)],
    ]),
  );
}

/** The timing model takes stores that normalise rows for plain ones. */
function untimed(operation: TiledOperation): string {
  return operation.kind === 'matmul' && isRowWise(operation.problem.activation)
    ? `, without the extra passes of ${operation.problem.activation} over the rows, which are not timed`
    : '';
}

export function operationJson({ title, operation, plan, run, check }: OperationReport, geometry: Geometry): string {
  const macs = operationMacs(operation);
  const cycles = run.cycles?.[0];
  return JSON.stringify(
    {
      operation: title,
      macs,
      ...(cycles === undefined ? {} : { cycles, utilisation: utilisation(macs, cycles, geometry) }),
      plan: plan.plan,
      tileRows: plan.rows,
      capacity: plan.capacity,
      cost: plan.cost,
      lowerBound: plan.lowerBound,
      boundBy: plan.boundBy,
      check,
    },
    undefined,
    2,
  );
}
