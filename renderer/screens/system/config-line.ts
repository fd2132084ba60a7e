import type { ConfigChange } from '../../../shared/model/config-plan.ts';
import { configWords as words } from '../../words/config.ts';

/** Whose a change is, and what changes of it: the name of a setting is a part of the change, wherever it is set. */
export const lineOf = ({ name, detail, step }: ConfigChange): { readonly of: string; readonly text: string } =>
  step?.procedure === 'settings.set' ? { of: words.home, text: `${name}: ${detail}` } : { of: name, text: detail };
