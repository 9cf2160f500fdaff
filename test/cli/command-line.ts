import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

/** Runs the command line in this process and keeps what it writes. */
export async function pollux(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const keep = (stream: keyof typeof written) => (chunk: string | Uint8Array) => {
    written[stream] += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    return true;
  };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(keep('out'));
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'));
  try {
    const status = await main(args);
    return { status, ...written };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}
