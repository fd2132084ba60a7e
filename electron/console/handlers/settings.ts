import type { InputOf } from '../../../shared/contract/contract.ts';
import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { objectPart } from '../store/settings-table.ts';
import { objectNamed } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

type Names = 'settings.get' | 'settings.set' | 'settings.ofObject' | 'settings.setOfObject';

/** Serves the settings of this home, and those of its objects. */
export const settingsHandlers = (parts: ConsoleParts): HandlersOf<Names> => {
  const { store, limits } = parts;
  const answer = () => ({
    settings: store.settings.read(),
    defaults: DEFAULT_SETTINGS,
    limitNow: limits.now(null),
  });
  const ofObject = (name: string) => {
    const { id } = objectNamed(parts, name);
    return {
      object: name,
      own: store.settings.own(id),
      inherited: objectPart(store.settings.read()),
      settings: store.settings.of(id),
      limitNow: limits.now(name),
    };
  };
  return {
    'settings.get': async () => answer(),
    'settings.set': async (change) => {
      store.settings.change(await checkedSettings(change));
      limits.refresh();
      return answer();
    },
    'settings.ofObject': async ({ object }) => ofObject(object),
    'settings.setOfObject': async ({ object, ...change }) => {
      const given = await checkedOwn(change);
      store.settings.changeOf(objectNamed(parts, object).id, given);
      limits.refresh();
      return ofObject(object);
    },
  };
};

/** A change of the settings of a home. Throws USAGE for values that are none. */
export const checkedSettings = async (change: InputOf<'settings.set'>): Promise<InputOf<'settings.set'>> => {
  const { settings } = await import('../../../shared/contract/settings.ts');
  return checked(change, settings.partial());
};

type OwnChange = Omit<InputOf<'settings.setOfObject'>, 'object'>;

/** A change of the settings of one object. Throws USAGE for values that are none. */
export const checkedOwn = async (change: OwnChange): Promise<OwnChange> => {
  const { objectSettings } = await import('../../../shared/contract/settings.ts');
  return checked(change, objectSettings.partial());
};

interface Schema {
  safeParse(value: unknown):
    | { readonly success: true }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] };
      };
}

/** What was given, checked here too: what a call in process gives is as durable as what comes over a socket. Throws USAGE. */
const checked = <Change extends object>(change: Change, schema: Schema): Change => {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Change;
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const found = schema.safeParse(chosen);
  if (!found.success) throw unusable(found.error.issues[0]?.path.join('.') ?? '');
  return given;
};

const unusable = (name: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The setting ${name} is of another kind, or out of its range.`,
    guidance: 'Nothing was changed. Choose another value, or null for the default.',
    context: { setting: name },
  });
