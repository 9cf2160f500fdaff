import type { Result } from '../../src/support/result.ts';

/** @throws when the inputs of the project itself are wrong */
export function unwrap<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.value;
}
