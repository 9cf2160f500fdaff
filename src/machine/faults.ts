import type { GuestFault } from '../hart/coprocessor.ts';

/** What the guest can do wrong towards the machine around hart and accelerator: id → cause and what to do. */
export const MACHINE_FAULTS = {
  'htif-command': {
    cause: 'a command in tohost for a device that does not exist',
    hint: 'device 0 is system calls and exit, device 1 the console',
  },
  'htif-block': {
    cause: 'a system-call block that is not in RAM',
    hint: 'write the physical address of 8 words to tohost, or (code << 1) | 1 to exit',
  },
  'host-call': {
    cause: 'a system call that the host does not offer',
    hint: 'see docs/cli.md for the calls that programs may make',
  },
  'host-call-buffer': {
    cause: 'a system call with a buffer that is not in RAM',
    hint: 'pass physical addresses',
  },
} as const;

export type MachineFaultId = keyof typeof MACHINE_FAULTS;

/** @param found which values met the limit */
export const machineFault = (id: MachineFaultId, found: string): GuestFault => ({
  id,
  message: `${MACHINE_FAULTS[id].cause}: ${found}`,
  hint: MACHINE_FAULTS[id].hint,
});
