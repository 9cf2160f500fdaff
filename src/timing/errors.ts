/** What can be wrong with a question to the timing model: code → what it means. `docs/errors.md` lists this table. */
export const TIMING_ERRORS = {
  TIM001: 'A counter that the timing model does not have.',
} as const;
