import * as z from 'zod';
import { command, query } from './procedure.ts';

/** What a person may choose for this home; every one has a default. */
export const settings = z.strictObject({
  /** How old the last good set of an object may be before it is overdue. */
  overdueAfterHours: z.number().int().min(1).max(87_600),
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** What the desktop tells of when its window is not looked at. */
  notify: z.enum(['all', 'problems', 'nothing']),
  /** Closing the window leaves the console running in the tray, where there is one. */
  closeToTray: z.boolean(),
  /** Pictures of finished jobs that are kept. */
  picturesKept: z.number().int().min(0).max(10_000),
  /** How many backups schedules may have running on one vault. */
  runsPerVault: z.number().int().min(1).max(64),
  /** The icon in the tray of the desktop: in colour, or in one that suits the panel. */
  trayIcon: z.enum(['colour', 'plain']),
});
export type Settings = z.infer<typeof settings>;

const answer = z.object({ settings, defaults: settings });

export const settingsProcedures = {
  'settings.get': query(z.strictObject({}), answer),
  /** Changes those that are given; null puts one back to its default. */
  'settings.set': command(
    z.strictObject({
      overdueAfterHours: settings.shape.overdueAfterHours.nullable().optional(),
      theme: settings.shape.theme.nullable().optional(),
      density: settings.shape.density.nullable().optional(),
      notify: settings.shape.notify.nullable().optional(),
      closeToTray: settings.shape.closeToTray.nullable().optional(),
      picturesKept: settings.shape.picturesKept.nullable().optional(),
      runsPerVault: settings.shape.runsPerVault.nullable().optional(),
      trayIcon: settings.shape.trayIcon.nullable().optional(),
    }),
    answer,
  ),
};
