import type { ScheduleTerms } from '../contract/schedules.ts';

/** On what terms a schedule runs that names none. */
export const DEFAULT_TERMS: ScheduleTerms = {
  rules: [],
  window: null,
  priority: 'normal',
  jitterMs: 0,
  retries: 3,
  mains: false,
  unmetered: false,
  idleMs: null,
};
