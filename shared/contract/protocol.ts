/** Both sides of a connection have to speak this version. Here, so that a command line knows it without loading schemas. */
export const PROTOCOL_VERSION = 1;
