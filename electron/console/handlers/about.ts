import { VERSION } from '../version.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

/** Serves what there is to know of the program itself. */
export const aboutHandlers = ({ shell }: ConsoleParts): HandlersOf<'about'> => ({
  about: async () => {
    const { NOTICES } = await import('../about/notices.ts');
    const { node, v8, sqlite, electron, chrome } = process.versions as Record<string, string | undefined>;
    const runtime = Object.entries({ node, v8, sqlite, electron, chrome });
    return {
      version: VERSION,
      licence: 'Apache-2.0',
      runtime: Object.fromEntries(runtime.filter((each): each is [string, string] => each[1] !== undefined)),
      platform: `${process.platform} ${process.arch}`,
      dependencies: NOTICES.map((notice) => ({ ...notice })),
      can: { reveal: shell.reveal !== undefined },
    };
  },
});
