/** The phase of a job that a person has to bring a tape for. */
export const WAITING_FOR_TAPES = 'waiting for tapes';
