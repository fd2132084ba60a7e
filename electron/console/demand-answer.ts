import { ColdframeError } from '../../shared/errors.ts';
import { folderAnswers, folderAnswersWrites } from '../platform/answering-folder.ts';

/**
 * Lets nothing touch a vault whose disk does not answer: the main thread, which everybody waits for, would hang with it. Rejects with
 * VAULT_SILENT; what else is wrong with the folder says whoever uses it.
 */
export const demandAnswer = async (dir: string, answerMs?: number): Promise<void> => {
  if (!(await folderAnswers(dir, answerMs))) throw silent(dir);
};

/** Likewise before something is written to it. */
export const demandWriteAnswer = async (dir: string, answerMs?: number): Promise<void> => {
  await demandAnswer(dir, answerMs);
  if (!(await folderAnswersWrites(dir, 'lease.json', answerMs))) throw silent(dir);
};

const silent = (dir: string): ColdframeError =>
  new ColdframeError('VAULT_SILENT', {
    message: `The disk of the vault at ${dir} does not answer.`,
    guidance:
      'Look at the disk, at the network, or at the server of the share; whether its file system is frozen (fsfreeze). Everything else works, and so does the vault once it answers.',
    context: { vault: dir },
  });
