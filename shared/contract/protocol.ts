/** Both sides of a connection have to speak this version. Here, so that a command line knows it without loading schemas. */
export const PROTOCOL_VERSION = 1;

/** Longest message of a page: a restore of some 50,000 ticked elements. */
export const LONGEST_MESSAGE_BYTES = 4 * 1024 * 1024;
