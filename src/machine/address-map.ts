/** Physical addresses of what is not RAM, as in the reference simulator. */
export const BOOT_ROM = { name: 'boot ROM', base: 0x1000, bytes: 4096 } as const;

/** Core-local interruptor: software interrupts and timer. */
export const CLINT = { name: 'core-local interruptor', base: 0x0200_0000, bytes: 0xc_0000 } as const;
