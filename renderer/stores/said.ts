import { asColdframeError } from '../../shared/errors.ts';
import { announceError } from './announcements.ts';

/** Says in a note what went wrong with something that was asked for by a press of a button. */
export const said = (thrown: unknown): void => announceError(asColdframeError(thrown));
