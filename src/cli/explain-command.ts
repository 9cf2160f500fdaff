/** `pollux explain`: an instruction word or a mnemonic in words. */
import { explain } from '../explain/explain.ts';
import type { IsaRevision } from '../isa/accelerator.ts';
import { exitCode } from './exit-codes.ts';
import { print, report } from './terminal.ts';

export interface ExplainOptions {
  readonly revision: IsaRevision;
}

export function explainSubject(
  subject: string,
  rs1: bigint | undefined,
  rs2: bigint | undefined,
  { revision }: ExplainOptions,
): number {
  const values = [rs1, rs2].filter((value) => value !== undefined);
  const text = explain(subject, values, revision);
  if (!text.ok) {
    report(text.errors);
    return exitCode('badInput');
  }
  print(text.value.join('\n'));
  return exitCode('success');
}
