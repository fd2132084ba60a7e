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
      if (!checked.success) throw unusable(checked.error.issues[0]?.path.join('.') ?? '');
      store.settings.change(given);
      return answer();
    },
  };
};

const unusable = (name: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The setting ${name} is of another kind, or out of its range.`,
    guidance: 'Nothing was changed. Choose another value, or null for the default.',
    context: { setting: name },
  });
