/** Everything that can be wrong with a configuration: code → what it means. `docs/errors.md` lists this table. */
export const CONFIG_ERRORS = {
  CFG001: 'A key that does not exist.',
  CFG002: 'A value that breaks the rule of its key.',
  CFG003: 'Values that are legal one by one but make no machine together.',
  CFG004: 'A preset or configuration file that does not exist.',
  CFG005: 'A configuration file that is not JSON or YAML of the right shape.',
  CFG006: 'A parameter header that lacks a macro or contradicts itself.',
  CFG007: 'An option of the form key=value that has no key or no value.',
} as const;

export type ConfigErrorCode = keyof typeof CONFIG_ERRORS;
