/** The texts of where backups begin. */
export const allocationWords = {
  label: 'Backups begin on',
  choices: {
    continue: 'the tape that has room',
    new: 'a new tape, each run',
    day: 'a new tape, each day',
    week: 'a new tape, each week',
    month: 'a new tape, each month',
  },
  about: {
    continue: 'Tapes are filled one after the other.',
    new: 'Backups that run together share it. One that was interrupted goes on with its own.',
    day: 'The first backup of a day begins it, later ones go on with it.',
    week: 'The first backup of a week, from Monday, begins it; later ones go on with it.',
    month: 'The first backup of a month begins it, later ones go on with it.',
  },
  saved: 'Backups begin there from now on. Nothing that is on tape moves.',
} as const;
