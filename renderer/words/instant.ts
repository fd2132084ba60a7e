/** The texts of using block sets of volumes without restoring them. */
export const instantWords = {
  title: 'Use it without restoring',
  about: 'Serve a volume as it was at this moment, straight from the tapes.',
  volume: 'Volume',
  size: 'Size',
  state: 'Now',
  serve: 'Serve',
  serveOne: (name: string) => `Serve ${name} as it was at this moment`,
  served: 'served',
  servedNow: 'Served from this object’s backups',
  everywhere: 'Served from backups',
  incomplete: 'Something of this backup is missing: where it is missed, reading is an error.',
} as const;
