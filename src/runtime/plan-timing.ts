/** What the timing model says of a plan: its commands, or those of its first tiles, sent as fast as the host can. */
import type { AcceleratorConfig } from '../accel/config.ts';
import { type Command, commandByName } from '../isa/accelerator.ts';
import { AcceleratorTiming } from '../timing/accelerator/accelerator.ts';
import type { TimingConfig } from '../timing/config.ts';
import { createMemoryPort } from '../timing/memory/dram.ts';
import { L1DataCache } from '../timing/memory/l1-data-cache.ts';
import { L2Cache } from '../timing/memory/l2-cache.ts';
import { PageWalker } from '../timing/translation/page-walker.ts';
import type { Step } from './commands.ts';
import type { TimedSteps, Timer } from './search.ts';

/** Cycles between commands of a host that loads both operands from its cache. @source gemmini-timing §1.1 */
const HOST_CYCLES = 6;

/** A timer of steps on the timing model of an accelerator. */
export const timerOf =
  (accelerator: AcceleratorConfig, timing: TimingConfig): Timer =>
  (steps, mostTiles) =>
    timeSteps(steps, accelerator, timing, mostTiles);

function timeSteps(
  steps: Iterable<Step>,
  accelerator: AcceleratorConfig,
  timing: TimingConfig,
  mostTiles: number,
): TimedSteps {
  const data = new L1DataCache(timing, 0);
  const l2 = new L2Cache(timing, createMemoryPort(timing), [data]);
  data.connect(l2);
  const unit = new AcceleratorTiming(timing, accelerator, l2, new PageWalker(timing, data));
  let now = 0;
  let tiles = 0;
  for (const step of steps) {
    if (step.kind === 'fence') {
      now = unit.idleFrom(now);
      continue;
    }
    if (tiles === mostTiles) return { cycles: unit.idleFrom(now), isWhole: false };
    const { funct } = commandByName(accelerator.isaRevision, step.name) as Command;
    now = unit.send(funct, step.rs1, step.rs2, now) + HOST_CYCLES;
    if (step.name === 'loop_ws' || step.name === 'loop_conv_ws') tiles++;
  }
  return { cycles: unit.idleFrom(now), isWhole: true };
}
