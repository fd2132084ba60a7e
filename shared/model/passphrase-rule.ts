/** Characters that a passphrase of a vault has at least. */
export const SHORTEST_PASSPHRASE = 8;

/** Whether a passphrase is too short to keep anybody out. */
export const isShortPassphrase = (passphrase: string): boolean => passphrase.length < SHORTEST_PASSPHRASE;
