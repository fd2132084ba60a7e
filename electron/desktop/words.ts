/** Every text that the desktop shell itself shows; those of the screens are in `renderer/words/`. */
export const words = {
  product: 'Coldframe',
  menu: {
    file: 'File',
    edit: 'Edit',
    view: 'View',
    go: 'Go',
    help: 'Help',
    close: 'Close window',
    quit: 'Quit Coldframe',
    screens: {
      protect: 'Protect …',
      restore: 'Restore …',
      overview: 'Overview',
      jobs: 'Jobs',
      media: 'Media',
      activity: 'Activity log',
      doctor: 'Doctor',
      settings: 'Settings',
      about: 'About Coldframe',
    },
  },
  tray: {
    open: 'Open Coldframe',
    jobs: (count: number) => (count === 0 ? 'Nothing runs' : count === 1 ? '1 job runs' : `${count} jobs run`),
    quit: 'Quit',
  },
  quit: {
    title: 'Quit Coldframe?',
    about: (count: number) => (count === 1 ? 'A job is running in it.' : `${count} jobs are running in it.`),
    detail:
      'Nothing that is on tape already is lost. A backup that is stopped can be resumed; it then goes on with what it has.',
    wait: 'Quit when they are done',
    stop: 'Stop them and quit',
    stay: 'Cancel',
  },
  noRenderer: {
    title: 'Coldframe cannot show its window',
    missing: 'This installation was made without its screens. Install Coldframe again; in a checkout: npm run build',
  },
} as const;
