/**
 * The host-target interface: two words of guest memory, `tohost` and `fromhost`. The guest writes a command to tohost and
 * waits for the answer in fromhost; the host takes the command, clears tohost, acts and answers.
 * @source gemmini-isa §10.6; the RISC-V front-end server
 */
import type { GuestFault } from '../hart/coprocessor.ts';
import { machineFault } from './faults.ts';
import type { GuestRam } from './guest-ram.ts';
import { type HostCalls, hostCall } from './host-calls.ts';

/** What the guest's end of the interface asked for, beyond what was done about it at once. */
export type HtifEvent =
  | { readonly kind: 'exit'; readonly code: bigint }
  | { readonly kind: 'fault'; readonly fault: GuestFault };

/** A command: [63:56] device, [55:48] command, [47:0] payload. */
const DEVICE = { systemCall: 0, console: 1 } as const;
const CONSOLE_COMMAND = { read: 0, write: 1 } as const;
const PAYLOAD_BITS = 48;
/** Words of a system-call block: number and arguments; the answer replaces the first. */
const CALL_WORDS = 8;
/** Set in the answer to a console read, beside the character. */
const CHARACTER_READY = 0x100n;

export class Htif {
  readonly #ram: GuestRam;
  readonly #tohost: bigint;
  readonly #fromhost: bigint;
  /** Linear address of tohost. */
  readonly #command: number;
  readonly #calls: HostCalls;
  readonly #answers: bigint[] = [];

  /** @param tohost,fromhost physical addresses of 8 bytes of RAM each */
  constructor(ram: GuestRam, tohost: bigint, fromhost: bigint, calls: HostCalls) {
    this.#ram = ram;
    this.#tohost = tohost;
    this.#fromhost = fromhost;
    this.#command = ram.locateU64(tohost);
    this.#calls = calls;
  }

  /** Takes a waiting command, if there is one, and delivers a waiting answer, if there is room. */
  poll(): HtifEvent | undefined {
    let event: HtifEvent | undefined;
    if (!this.#ram.isZero(this.#command)) {
      const command = this.#ram.readU64(this.#tohost);
      this.#ram.writeU64(this.#tohost, 0n);
      event = this.#act(command);
    }
    if (this.#answers.length > 0 && this.#ram.readU64(this.#fromhost) === 0n)
      this.#ram.writeU64(this.#fromhost, this.#answers.shift()!);
    return event;
  }

  #act(word: bigint): HtifEvent | undefined {
    const device = Number(word >> 56n);
    const command = Number((word >> 48n) & 0xffn);
    const payload = BigInt.asUintN(PAYLOAD_BITS, word);
    const answer = (value: bigint): void => {
      this.#answers.push((BigInt(device) << 56n) | (BigInt(command) << 48n) | BigInt.asUintN(PAYLOAD_BITS, value));
    };
    if (device === DEVICE.systemCall && command === 0) {
      if (payload & 1n) return { kind: 'exit', code: payload >> 1n };
      return this.#systemCall(payload, answer);
    }
    if (device === DEVICE.console && command === CONSOLE_COMMAND.write) {
      this.#calls.console.write(1, Uint8Array.of(Number(payload & 0xffn)));
      return undefined;
    }
    if (device === DEVICE.console && command === CONSOLE_COMMAND.read) {
      const [character] = this.#calls.console.read(1);
      // As on a terminal at its end: no character, ever.
      if (character !== undefined) answer(CHARACTER_READY | BigInt(character));
      return undefined;
    }
    return {
      kind: 'fault',
      fault: machineFault('htif-command', `tohost = 0x${word.toString(16)}: device ${device}, command ${command}`),
    };
  }

  #systemCall(block: bigint, answer: (value: bigint) => void): HtifEvent | undefined {
    if (!this.#ram.contains(block, BigInt(8 * CALL_WORDS)))
      return { kind: 'fault', fault: machineFault('htif-block', `tohost = 0x${block.toString(16)}`) };
    const words = Array.from({ length: CALL_WORDS }, (_, i) => this.#ram.readU64(block + BigInt(8 * i)));
    const outcome = hostCall(this.#calls, this.#ram, words);
    if (outcome.kind !== 'return') return outcome;
    this.#ram.writeU64(block, BigInt.asUintN(64, outcome.value));
    answer(1n);
    return undefined;
  }
}
