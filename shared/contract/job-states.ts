export const JOB_KINDS = [
  'backup',
  'restore',
  'verify',
  'restore-test',
  'merge',
  'rebuild',
  'retention',
  'erase',
  'copy',
  'export',
  'import',
  'reclaim',
  'move',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** `interrupted`: its process ended without saying how the job ended. */
export const JOB_STATES = [
  'queued',
  'running',
  'paused',
  'done',
  'done-with-warnings',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type JobState = (typeof JOB_STATES)[number];
