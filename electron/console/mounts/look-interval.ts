/** How often the places of tapes that a job waits for are looked at. */
export const LOOK_MS = 1000;
