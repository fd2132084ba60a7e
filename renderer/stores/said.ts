import { asColdframeError } from '../../shared/errors.ts';
import { announce } from './announcements.ts';

/** Says in a note what went wrong with something that was asked for by a press of a button. */
export const said = (thrown: unknown): void => announce(asColdframeError(thrown).message, 'bad');
