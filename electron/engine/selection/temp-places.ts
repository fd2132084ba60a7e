import * as places from '../../../shared/model/unprotected-places.ts';

/** The table of places, as the walk asks it. */
export const TEMP_FILE = places.matchesName(places.TEMP_FILES);
export const TEMP_DIRECTORY = places.matchesName(places.TEMP_DIRECTORIES);
export const TEMP_CONTENTS = places.matchesPath(places.TEMP_CONTENTS);
export const SWAP_NAME = places.matchesName(places.SWAP_FILES);
export const WINDOWS_SWAP_NAME = places.matchesName(places.WINDOWS_SWAP_FILES);
export const SWAP_CONTENTS = places.matchesPath(places.SWAP_CONTENTS);
export const SPOOL_CONTENTS = places.matchesPath(places.SPOOL_CONTENTS);

/** First line of a CACHEDIR.TAG (the Cache Directory Tagging Specification). */
export const CACHE_TAG = 'Signature: 8a477f597d28d172789f06886806bc55';
