import { create } from 'zustand';
import type { OutputOf } from '../../shared/contract/contract.ts';
import { askDesktop } from '../transport/desktop.ts';
import { dataChanged } from './calls.ts';
import { client } from './connection.ts';
import { useDesktop } from './desktop.ts';
import { rememberPassphrase } from './passphrases.ts';

interface Shown {
  readonly code: string;
  /** Folder of its vault. */
  readonly vault: string;
  /** Tapes that go on opening with the code from before, and why. */
  readonly skipped: OutputOf<'vault.recoveryCode'>['skipped'];
  readonly done: () => void;
}

/** The recovery code that is before a person's eyes, whatever screen is behind it. It ends with the page, and nothing else has it. */
export const useShownCode = create<{ readonly shown: Shown | null }>(() => ({ shown: null }));

/** Shows a recovery code until a person has it, or goes on without it. Leaving the page meanwhile asks first; `endGuard` ends that where it asks already. */
export const showRecoveryCode = (
  code: string,
  vault: string,
  skipped: OutputOf<'vault.recoveryCode'>['skipped'] = [],
  endGuard = guardLeaving(),
): Promise<void> =>
  new Promise((settled) => {
    const done = () => {
      endGuard();
      useShownCode.setState({ shown: null });
      settled();
    };
    useShownCode.setState({ shown: { code, vault, skipped, done } });
  });

/** Makes a new recovery code of a vault and shows it. Rejects with PASSPHRASE_WRONG, TAPE_IN_USE and what else its console says. */
export const makeRecoveryCode = async (vault: string, passphrase: string): Promise<void> => {
  // Not by way of the question that other calls ask: that would take the recovery code for an answer, too.
  const asking = () => client().call('vault.recoveryCode', { dir: vault }, { secrets: { passphrase } });
  // Not from the answer on: the code from before may be dead before the new one has come.
  const endGuard = guardLeaving();
  const made = await asking().catch((thrown: unknown) => {
    endGuard();
    throw thrown;
  });
  rememberPassphrase(made.vault.dir, passphrase);
  dataChanged();
  void showRecoveryCode(made.recoveryCode, made.vault.dir, made.skipped, endGuard);
};

/** Makes tab and window ask before they close; gives what ends that. */
const guardLeaving = (): (() => void) => {
  const ask = (event: Event) => event.preventDefault();
  const tellDesktop = (asks: boolean) => {
    const { bridge } = useDesktop.getState();
    if (bridge) void askDesktop(bridge, 'leaving.ask', { asks }).catch(() => undefined);
  };
  window.addEventListener('beforeunload', ask);
  tellDesktop(true);
  return () => {
    window.removeEventListener('beforeunload', ask);
    tellDesktop(false);
  };
};
