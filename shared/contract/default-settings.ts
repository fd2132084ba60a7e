import type { Settings } from './settings.ts';

/** What holds while nobody chose. Here and not beside the schema, so that a console knows it without loading that. */
export const DEFAULT_SETTINGS: Settings = {
  overdueAfterHours: 168,
  limits: [],
  verifyAfterBackup: false,
  theme: 'system',
  density: 'comfortable',
  notify: 'all',
  closeToTray: true,
  picturesKept: 200,
  runsPerVault: 4,
  runsPerDrive: 4,
  trayIcon: 'colour',
};
