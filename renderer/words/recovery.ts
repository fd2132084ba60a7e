/** Texts on recovery codes. */
export const recoveryWords = {
  title: 'Your recovery code',
  about: (vault: string) =>
    `Shown once. It opens the vault at ${vault} when the passphrase is lost: keep it on paper or in a password manager, not on this machine.`,
  again: 'Should it get lost, a new one is made in Settings, with the passphrase.',
  copy: 'Copy it',
  copied: 'The recovery code is in the clipboard.',
  copyFailed: 'The browser did not let it into the clipboard. Select it, or print it.',
  print: 'Print it',
  paper: 'Coldframe recovery code',
  noted: 'I have put it away',
  goOn: 'Go on',
  without: 'Go on without it',
  leaveTitle: 'Go on without the recovery code?',
  leaveAbout:
    'Nobody can see it again. If the passphrase is lost too, nobody can read the vault. A new code can be made in Settings, with the passphrase, at any time.',
  show: 'Show it again',
  skipped: 'These tapes go on opening with the code from before:',
  tape: (tape: string, reason: string) => `${tape}: ${reason}`,
  card: 'Recovery codes',
  cardAbout:
    'A recovery code opens a sealed vault when its passphrase is lost. Make a new one when it is lost, or when somebody may have seen it.',
  noSealed: 'No vault of this home is sealed.',
  make: 'Make a new recovery code',
  makeOf: (vault: string) => `Make a new recovery code of ${vault}`,
  makeAbout: (vault: string) =>
    `It takes the place of the code from before for the vault at ${vault}, at once. No data is rewritten. The keys of the vault stay: whoever has the code from before and any one tape or copy from before can read everything, also what is backed up from now on. Only a new vault ends that.`,
  passphrase: 'Passphrase',
  passphraseWanted: 'Type the passphrase of the vault.',
  wrong: 'This is not the passphrase of the vault. Type it again.',
  making: 'Making it …',
  makeIt: 'Make it',
} as const;
