/** Outcome of work on input that a user wrote: a value, or every error found in one run. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly E[] };

export const succeed = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const fail = <E>(...errors: readonly E[]): { readonly ok: false; readonly errors: readonly E[] } => ({
  ok: false,
  errors,
});
