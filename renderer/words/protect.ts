import type { UnprotectedType } from '../../shared/model/selection.ts';
import type { Problem, Step } from '../stores/protect-draft.ts';
import { format } from './format.ts';

/** The kinds of what nobody wants, and how they are told. */
export const TYPE_WORDS: Readonly<Record<UnprotectedType, { readonly title: string; readonly about: string }>> = {
  temp: { title: 'Temporary files', about: '*.tmp, temp folders, caches' },
  swap: { title: 'Swap', about: 'swap files and partitions, pagefile.sys, hiberfil.sys' },
  spool: { title: 'Print and mail spools', about: '/var/spool and what printers queue' },
  free: { title: 'Free space', about: 'blocks the file system marks free; of volumes only' },
};

const PROBLEMS: Readonly<Record<Problem, string>> = {
  roots: 'Tick at least one folder.',
  name: 'A name has 1 to 128 characters, none of them @ or /, and does not begin with a space.',
  taken: 'Another object has this name already.',
  vault: 'Say in which folder the new vault goes: its full path, beginning with /.',
  short: 'A passphrase has at least 8 characters.',
  differs: 'The two are not the same yet.',
};

const STEPS: Readonly<
  Record<Step, { readonly short: string; readonly title: string; readonly about: string; readonly next: string }>
> = {
  what: {
    short: 'What to protect',
    title: 'What should be protected?',
    about: 'Tick folders. A folder takes with it everything below; sizes are counted while you choose.',
    next: 'Next: what not to keep',
  },
  not: {
    short: 'What not to keep',
    title: 'What should not be kept?',
    about: 'Everything that is left out is counted here before anything runs.',
    next: 'Next: where it goes',
  },
  where: {
    short: 'Where it goes',
    title: 'Where should it go?',
    about: 'A vault is a folder with tapes in it. Put it on another disk than what you protect.',
    next: 'Next: review',
  },
  review: {
    short: 'Review',
    title: 'Is this right?',
    about: 'Nothing has been written up to now.',
    next: 'Protect, and back up now',
  },
};

/** The texts of the wizard. */
export const protectWords = {
  above: 'Protect something',
  steps: STEPS,
  stepsLabel: 'Steps',
  problems: PROBLEMS,
  back: 'Back',
  kept: 'Kept as you go. Nothing runs until the last step.',
  saveOnly: 'Only protect it',
  working: 'One moment …',
  folders: 'Folders on this machine',
  chosen: 'Chosen',
  nothingChosen: 'Nothing is ticked yet.',
  remove: (path: string) => `Do not protect ${path}`,
  withFolder: 'with its folder',
  tree: 'Folders; space ticks, arrow right opens',
  system: 'system drive',
  driveFree: (free: string, total: string) => `${free} of ${total} free`,
  removable: 'removable',
  counting: 'counting …',
  counted: (elements: number) => `${format.count(elements)} elements`,
  elements: 'elements',
  total: 'Together',
  unreadable: (count: number) => `${format.count(count)} cannot be read by the user who runs the console`,
  types: 'Unprotected types',
  type: 'Type',
  foundBy: 'Found by',
  leftOut: 'Left out',
  own: 'Your own rules',
  rule: 'Rule',
  addRule: 'Add a rule',
  removeRule: 'Remove this rule',
  rulePlaceholder: 'for example **/node_modules/** or *.iso',
  ruleMatches: (count: number, whole: boolean) =>
    count === 0 ? 'matches nothing here' : `matches ${format.count(count)}${whole ? '' : ' or more'}`,
  ruleExamples: (paths: readonly string[]) => paths.join(', '),
  effect: 'Effect',
  willBe: (total: string) => `will be protected, of ${total}`,
  effectLabel: 'What is protected and what is left out',
  protected: 'protected',
  largest: 'Largest left out',
  nothingLeftOut: 'Nothing is left out.',
  name: 'Name',
  nameHelp: 'What it is called everywhere.',
  vault: 'Vault',
  anotherVault: 'A new vault',
  anotherVaultAbout: 'A folder that is made for it.',
  vaultAbout: (dir: string, objects: number) =>
    `${dir}, ${objects === 1 ? '1 object' : `${format.count(objects)} objects`}`,
  unreachable: 'out of reach',
  newVault: 'Folder of the new vault',
  sealed: 'Seal it with a passphrase',
  sealedAbout: 'Without the passphrase or the recovery code nobody can read it, neither can you.',
  passphrase: 'Passphrase',
  again: 'The same again',
  level: 'First backup',
  levels: {
    auto: 'As needed: the first one is full',
    full: 'Full',
    differential: 'Differential',
    incremental: 'Incremental',
  },
  summary: 'In numbers',
  toRead: 'to read',
  leaves: 'left out',
  objectName: 'Object',
  goesTo: 'Goes to',
  sealing: 'Encryption',
  sealedYes: 'sealed with a passphrase',
  sealedNo: 'not sealed: whoever has the folder can read it',
  sealedAsVault: 'as the vault is',
  roomShort: (free: string) => `The disk of the vault has ${free} free, which may not be enough.`,
  sameDisk:
    'The vault lies within what is protected. It is left out of its own backup; a copy on another disk is safer.',
  stillCounting: 'Still counting; the numbers are what was counted up to now.',
  saved: (name: string) => `${name} is protected. Back it up from the overview.`,
  recovery: {
    title: 'Write down the recovery code',
    about:
      'It opens the vault when the passphrase is lost, and is shown here once, never again. Keep it on paper, away from this machine.',
    copy: 'Copy it',
    copied: 'The recovery code is in the clipboard.',
    noted: 'I have written it down',
    goOn: 'Go on',
  },
} as const;
