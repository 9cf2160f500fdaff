/** The wiring: the only place that knows which unit is connected to which. */
import { Accelerator } from '../accel/accelerator.ts';
import type { CounterSource } from '../accel/counters.ts';
import { layOutAccelerator } from '../accel/layout.ts';
import { createHarts } from '../hart/core-complex.ts';
import { GuestMemory } from '../hart/guest-memory.ts';
import type { Hart } from '../hart/hart.ts';
import { Recorder } from '../timing/records/recording.ts';
import { SystemTiming } from '../timing/system.ts';
import type { TimingModel } from '../timing/timing-model.ts';
import { BOOT_ROM, CLINT } from './address-map.ts';
import { Clint } from './clint.ts';
import type { MachineConfig } from './config/schema.ts';
import type { HostCalls } from './host-calls.ts';
import { Machine } from './machine.ts';
import { systemShape } from './recorded-machine.ts';

export interface MachineOptions {
  /**
   * Does the timing model follow the run? The outcome is the same, but for what the guest asks of time. A model that is
   * given must be new, and of this configuration.
   */
  readonly timing?: boolean | TimingModel;
  /** Takes what the timing model is told, in chunks, for `readRecording`; `Machine.finishRecording` ends it. */
  readonly record?: (chunk: Uint8Array) => void;
}

/**
 * @param config from `resolveConfig`
 * @throws when linear memory cannot hold the machine
 */
export function createMachine(config: MachineConfig, hostCalls: HostCalls, options: MachineOptions = {}): Machine {
  const numbers = Array.from({ length: config.harts }, (_, index) => index);
  const localMemory = (tile: number): string => `accelerator ${tile}`;
  const localBytes = layOutAccelerator(config.accelerator, 0).end;
  const { record } = options;
  const { timing: given = false } = options;
  const isObserved = given !== false || record !== undefined;
  const memory = new GuestMemory({
    harts: config.harts,
    physical: [BOOT_ROM, { base: config.memory.base, bytes: config.memory.size }],
    isObserved,
    regions: Object.fromEntries(numbers.map((tile) => [localMemory(tile), localBytes])),
  });
  const clint = new Clint(CLINT, config.harts, (hart, mask, isPending) => harts[hart]!.setInterrupt(mask, isPending));
  const createTiming = () => new SystemTiming(config, systemShape(config));
  const model = typeof given === 'object' ? given : isObserved ? createTiming() : undefined;
  const recorder = model && record && new Recorder(systemShape(config), model, record);
  const timing = recorder ?? model;
  const harts = createHarts(
    memory,
    numbers.map((tile) => ({
      bus: clint,
      coprocessor: {
        custom: config.accelerator.customOpcode,
        execute: (instruction) => accelerators[tile]!.execute(instruction),
      },
      time: () => clint.time,
      ...(timing === undefined ? {} : { observer: timing.observers[tile]! }),
    })),
  );
  const accelerators = harts.map(
    (hart, tile) =>
      new Accelerator(
        config.accelerator,
        hart.coprocessorMemory,
        memory.region(localMemory(tile)).offset,
        timing && counterSourceOf(timing, tile, hart),
      ),
  );
  const tiles = harts.map((hart, tile) => ({ hart, accelerator: accelerators[tile]! }));
  return new Machine({ config, memory, tiles, clint, hostCalls, timing, recorder });
}

/** Counters are asked for in the middle of an instruction: what the hart has retired must be timed first. */
function counterSourceOf(timing: TimingModel, tile: number, hart: Hart): CounterSource {
  const counters = timing.counters(tile);
  return {
    sample: () => {
      hart.drainTrace();
      counters.sample();
    },
    resetSums: () => counters.resetSums(),
    internal: (code) => counters.internal(code),
    external: (code) => counters.external(code),
  };
}
