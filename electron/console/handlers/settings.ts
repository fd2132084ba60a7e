import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Serves the settings of this home. */
export const settingsHandlers = ({ store }: ConsoleParts): HandlersOf<'settings.get' | 'settings.set'> => {
  const answer = () => ({ settings: store.settings.read(), defaults: DEFAULT_SETTINGS });
  return {
    'settings.get': async () => answer(),
    'settings.set': async (change) => {
      const { settings } = await import('../../../shared/contract/settings.ts');
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      // Checked here too: what a call in process gives is as durable as what comes over a socket.
      const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
      const checked = settings.partial().safeParse(chosen);
      if (!checked.success)
        throw unusable(checked.error.issues[0]?.path.join('.') ?? '', checked.error.issues[0]?.message);
      store.settings.change(given);
      return answer();
    },
  };
};

const unusable = (name: string, why = 'is not usable'): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The setting ${name} cannot be that: ${why}.`,
    guidance: 'Nothing was changed. Choose another value, or null for the default.',
    context: { setting: name },
  });
