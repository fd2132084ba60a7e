import { ColdframeError } from '../../../shared/errors.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Serves the procedures on the web shell. */
export const webHandlers = ({ home, browsers }: ConsoleParts): HandlersOf<'web.link'> => ({
  'web.link': async () => {
    if (!browsers.link) {
      throw new ColdframeError('WEB_NOT_SERVED', {
        message: `No console serves the home ${home} to browsers.`,
        guidance: 'Start one with: coldframe serve',
        context: { home },
      });
    }
    const { url, expiresAt } = browsers.link();
    return { url, expiresAt: new Date(expiresAt).toISOString() };
  },
});
