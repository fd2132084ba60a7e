/** What can be the matter, the most urgent first. Here and not beside the schema, so that a console knows it without loading that. */
export const ATTENTION_CODES = [
  'NEVER_BACKED_UP',
  'LAST_FAILED',
  'CHECK_WRONG',
  'SCHEDULE_BROKEN',
  'RUN_FAILED',
  'SET_INCOMPLETE',
  'VAULT_UNREACHABLE',
  'VAULT_FULL',
  'TAPES_DAMAGED',
  'TAPES_MISSING',
  'TAPES_AWAY',
  'RETENTION_HELD',
  'OVERDUE',
  'CHECK_FAILED',
  'CHECK_OVERDUE',
  'LAST_INTERRUPTED',
  'RUN_SKIPPED',
  'ROOT_MISSING',
  'VAULT_NEARLY_FULL',
  'LAST_WARNED',
] as const;
export type AttentionCode = (typeof ATTENTION_CODES)[number];
