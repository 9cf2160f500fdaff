/**
 * What the core offers to the rest of the timing model: `src/timing/timing-core.ts` calls these functions. A module holds
 * one machine: settings are written first, then `build` makes its parts.
 */
import { Accelerator } from './accelerator/accelerator.ts';
import { createMemoryPort } from './memory/dram.ts';
import { L2Cache } from './memory/l2-cache.ts';
import type { L2Port } from './memory/l2-port.ts';
import type { MemoryPort } from './memory/memory-port.ts';
import { SharedTilePort } from './memory/shared-tile-port.ts';
import { Message } from './message.ts';
import { addressOf, addressOfElements, type bool, type f64, type i32 } from './portable.ts';
import { Settings } from './settings.ts';

const settings = new Settings();
const message = new Message();
let memory: MemoryPort | null = null;
let l2: L2Cache | null = null;
const ports: L2Port[] = [];
const tiles: Accelerator[] = [];

/** Address of a group of settings, by its place in `Settings`. */
export function settingsAt(group: i32): i32 {
  if (group === 0) return addressOf(settings.cache);
  if (group === 1) return addressOf(settings.bus);
  if (group === 2) return addressOf(settings.memory);
  if (group === 3) return addressOf(settings.ddr);
  if (group === 4) return addressOf(settings.accelerator);
  return addressOf(settings.geometry);
}

export function messageAt(): i32 {
  return addressOf(message);
}

export function build(count: i32): void {
  const dram = createMemoryPort(settings);
  const cache = new L2Cache(settings, dram, count);
  memory = dram;
  l2 = cache;
  for (let tile = 0; tile < count; tile++) {
    const port: L2Port = settings.accelerator.dedicatedPort !== 0 ? cache : new SharedTilePort(cache);
    ports.push(port);
    tiles.push(new Accelerator(settings, tile, port));
  }
}

/** A request of the host of a tile. @returns the first beat of the answer */
export function access(
  tile: i32,
  request: i32,
  at: f64,
  paddr: f64,
  beatsIn: i32,
  beatsOut: i32,
  client: i32,
  from: i32,
  to: i32,
): f64 {
  const port = ports[tile]!;
  port.access(request, at, paddr, beatsIn, beatsOut, client, from, to);
  return port.firstBeat;
}

/** Distance of the beats of that answer. */
export function beatGap(tile: i32): f64 {
  return ports[tile]!.beatGap;
}

/** May the client that acquired write the line without asking again? */
export function isExclusive(tile: i32): bool {
  return ports[tile]!.isExclusive;
}

export function memoryCounts(): i32 {
  return addressOf(memory!.counts);
}

export function l2Counts(): i32 {
  return addressOf(l2!.counts);
}

export function pathCounts(tile: i32): i32 {
  return addressOf(tiles[tile]!.path.counts);
}

export function loadCounts(tile: i32): i32 {
  return addressOf(tiles[tile]!.load.counts);
}

export function storeCounts(tile: i32): i32 {
  return addressOf(tiles[tile]!.store.counts);
}

export function writerCounts(tile: i32): i32 {
  return addressOf(tiles[tile]!.writer.counts);
}

export function executeCounts(tile: i32): i32 {
  return addressOf(tiles[tile]!.execute.counts);
}

export function linkCounts(tile: i32): i32 {
  return addressOf(tiles[tile]!.link.counts);
}

export function tlbCounts(tile: i32): i32 {
  return addressOf(tiles[tile]!.tlb.counts);
}

export function changeSpace(tile: i32, isOn: bool, at: f64): void {
  tiles[tile]!.changeSpace(isOn, at);
}

export function advanceBefore(tile: i32, until: f64): void {
  tiles[tile]!.advanceBefore(until);
}

export function takesCommandAt(tile: i32, at: f64): bool {
  return tiles[tile]!.takesCommandAt(at);
}

export function acceptFrom(tile: i32, at: f64): f64 {
  return tiles[tile]!.acceptFrom(at);
}

export function push(tile: i32, at: f64): void {
  tiles[tile]!.push(message, at);
}

export function sampleFrom(tile: i32, accepted: f64): f64 {
  return tiles[tile]!.sampleFrom(accepted);
}

export function isIdleAt(tile: i32, at: f64): bool {
  return tiles[tile]!.isIdleAt(at);
}

export function idleFrom(tile: i32, at: f64): f64 {
  return tiles[tile]!.idleFrom(at);
}

/** Room for the commands of a part of a convolution. @returns address of the first of their words */
export function convolutionWords(tile: i32, slot: i32, part: i32, count: i32): i32 {
  const list = tiles[tile]!.loopConv.list(slot, part);
  list.reserve(count);
  return addressOfElements(list.words);
}

/** @returns address of the first of their DRAM addresses */
export function convolutionAddresses(tile: i32, slot: i32, part: i32): i32 {
  return addressOfElements(tiles[tile]!.loopConv.list(slot, part).vaddrs);
}

/** The message is the next configuration of the part. */
export function addToConvolution(tile: i32, slot: i32, part: i32): void {
  tiles[tile]!.addToConvolution(message, slot, part);
}

/** Cycles before `at` in which exactly the controllers of this set of classes were busy. */
export function controllersBefore(tile: i32, at: f64, set: i32): f64 {
  return tiles[tile]!.station.controllers.before(at, set);
}

export function stationBusyBefore(tile: i32, at: f64): f64 {
  return tiles[tile]!.station.busy.before(at);
}

export function matmulBusyBefore(tile: i32, at: f64): f64 {
  return tiles[tile]!.path.matmulBusy.before(at);
}

export function poolingBefore(tile: i32, at: f64): f64 {
  return tiles[tile]!.store.pooling.before(at);
}

export function isStationBusy(tile: i32): bool {
  return tiles[tile]!.station.isBusy();
}

/** From when on station and path have been empty, if they are. */
export function emptyFrom(tile: i32): f64 {
  const accelerator = tiles[tile]!;
  return Math.max(accelerator.station.emptyFrom, accelerator.path.emptyFrom);
}

export function allocated(tile: i32): f64 {
  return tiles[tile]!.station.allocated;
}

export function entriesOf(tile: i32, cls: i32): i32 {
  return tiles[tile]!.station.countOf(cls);
}

/** Address of what the execute controller's signals have shown of operand a (0), b (1) or d (2) before `at`. */
export function operandAt(tile: i32, at: f64, operand: i32): i32 {
  const operands = tiles[tile]!.execute.operands;
  operands.at(at);
  return addressOf(operand === 0 ? operands.a : operand === 1 ? operands.b : operands.d);
}
