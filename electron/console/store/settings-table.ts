import type { DatabaseSync } from 'node:sqlite';
import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import type { Settings } from '../../../shared/contract/settings.ts';

/** What to change: a value, or null for the default. */
export type SettingsChange = { readonly [Name in keyof Settings]?: Settings[Name] | null | undefined };

export interface SettingsTable {
  read(): Settings;
  change(change: SettingsChange): void;
}

/** The settings of this home: those that were chosen; the others follow the defaults of whatever version runs. */
export const settingsTable = (database: DatabaseSync): SettingsTable => ({
  read: () => {
    const chosen = database.prepare('SELECT name, value FROM settings').all();
    const known = chosen.filter(({ name }) => Object.hasOwn(DEFAULT_SETTINGS, String(name)));
    return {
      ...DEFAULT_SETTINGS,
      ...Object.fromEntries(known.map(({ name, value }) => [name, JSON.parse(String(value))])),
    };
  },
  change: (change) => {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const [name, value] of Object.entries(change)) {
        if (value === undefined) continue;
        if (value === null) database.prepare('DELETE FROM settings WHERE name = ?').run(name);
        else
          database
            .prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)')
            .run(name, JSON.stringify(value));
      }
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  },
});
