/** Why a program cannot be loaded: code → what it means. `docs/errors.md` lists this table. */
export const LOAD_ERRORS = {
  LOAD001: 'A segment lies outside RAM.',
  LOAD002: 'The file is an object (ET_REL): it has to be linked first.',
  LOAD003: 'The entry point lies in no loaded segment.',
  LOAD004: 'The file has nothing to load.',
} as const;

export type LoadErrorCode = keyof typeof LOAD_ERRORS;
