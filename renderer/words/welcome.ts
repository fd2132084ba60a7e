import { format } from './format.ts';

/** The texts of the first run. */
export const welcomeWords = {
  title: 'Three questions, then your first backup',
  about:
    'All but the choice of a passphrase can be changed later. Nothing is written before you press the button at the end.',
  where: '1. Where should backups go?',
  whereAbout:
    'A folder for the vault, best on another disk than what you protect: an external drive, a share, a second disk.',
  folder: 'Folder of the vault',
  what: '2. What should be protected?',
  own: 'Folders of mine',
  ownAbout: 'Choose one to begin with; more can be added any time.',
  sample: 'A sample folder, to try it safely',
  sampleAbout: 'A small folder with files is made for you. Delete, change and restore them as you like.',
  toProtect: 'Folder to protect',
  leftOut: (types: readonly string[]) => `Not kept: ${types.join('; ')}.`,
  /** `unreadable`: elements that could not be looked at. That all is kept is said only where nothing was left out, and nothing overlooked. */
  leftOutHere: (parts: readonly string[], kept: string, unreadable: number) => {
    const unread =
      unreadable === 0
        ? ''
        : ` ${format.counted(unreadable, 'element')} in it cannot be read, and ${unreadable === 1 ? 'is' : 'are'} not kept as long as that is so.`;
    if (parts.length > 0) return `In this folder: ${kept} kept, left out: ${parts.join(', ')}.${unread}`;
    return unread === ''
      ? `In this folder there is none of that: all ${kept} are kept.`
      : `In this folder there is none of that, as far as it can be read: ${kept} kept.${unread}`;
  },
  leftOutUnsized: (name: string, elements: number) => `${name} (${format.count(elements)})`,
  leftOutUnknown: (why: string) => `How much that is in this folder could not be counted: ${why}`,
  chooseLeftOut: 'Choose that in the wizard',
  changeLater: ', or change it later on the overview.',
  seal: '3. A passphrase?',
  sealed: 'Seal the vault with a passphrase',
  sealedAbout:
    'Whoever finds the disk cannot read it. A recovery code is shown once, for when you forget the passphrase.',
  open: 'No passphrase',
  openAbout: 'Whoever has the folder can read what it holds.',
  go: 'Create the vault and run the first backup',
  working: 'Creating the vault …',
  goOn: 'Run the first backup',
  goingOn: 'Starting the first backup …',
  made: (dir: string, sealed: boolean) =>
    sealed ? `The vault is at ${dir}; its passphrase is set.` : `The vault is at ${dir}; it has no passphrase.`,
  folderNeeded: 'Its full path, beginning with /.',
  otherSeal: (sealed: boolean) => ({
    message: sealed
      ? 'There is a vault in this folder already, and it is sealed.'
      : 'There is a vault in this folder already, and it is not sealed.',
    guidance: sealed
      ? 'Choose “Seal the vault with a passphrase” to go on with it, or another folder for a new vault.'
      : 'Choose “No passphrase” to go on with it as it is, or another folder for a vault that is sealed.',
  }),
  sampleName: 'sample',
  existing: 'I have a vault already',
  existingAbout: 'Take a vault that exists into this console, from another machine too.',
  openVault: 'Take it in',
  openedInPart: (incomplete: number, warnings: readonly { readonly message: string }[]) => {
    const [first] = warnings;
    const more = warnings.length > 1 ? ` (and ${warnings.length - 1} more)` : '';
    const sets =
      incomplete === 0 ? '' : `${incomplete === 1 ? '1 of them is' : `${incomplete} of them are`} incomplete. `;
    return `${sets}${first === undefined ? '' : `${first.message}${more}`}`;
  },
  opened: (name: string, sets: number) => `Vault ${name} with ${format.counted(sets, 'backup')} is here now.`,
} as const;
