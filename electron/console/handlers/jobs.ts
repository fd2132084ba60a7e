import type { InputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { followJob } from '../pictures/follow.ts';
import type { StoredJob } from '../store/job-table.ts';
import { runBackupJob } from './backup.ts';
import type { CallContext, ConsoleParts, HandlersOf } from './parts.ts';
import { progressEvent } from './run-as-job.ts';

type Names =
  | 'job.list'
  | 'job.show'
  | 'job.pause'
  | 'job.resume'
  | 'job.cancel'
  | 'job.watch'
  | 'job.follow'
  | 'job.picture';

/** Serves the procedures on jobs. */
export const jobHandlers = (parts: ConsoleParts): HandlersOf<Names> => {
  const { board } = parts;
  const shown = (id: string) => {
    const { input: _, ...job } = board.find(id);
    return { job };
  };
  return {
    'job.list': async ({ limit, ...filter }) => ({ jobs: board.list(limit ?? 100, filter) }),
    'job.show': async ({ job }) => shown(job),
    'job.pause': async ({ job }) => {
      const { id } = board.find(job);
      board.pause(id);
      parts.power.giveUp(id);
      return shown(id);
    },
    'job.cancel': async ({ job }) => {
      const { id } = board.find(job);
      board.cancel(id);
      return shown(id);
    },
    'job.resume': async ({ job: prefix }, context) => {
      const job = board.find(prefix);
      if (['running', 'queued', 'paused'].includes(job.state)) {
        board.unpause(job.id);
        return shown(job.id);
      }
      return shown(await takeUp(parts, context, job));
    },
    'job.follow': async ({ job: prefix }, { signal, emit }) => {
      const { id } = board.find(prefix);
      await followJob(board, id, signal, emit);
      signal.throwIfAborted();
      const picture = parts.store.pictures.get(id);
      if (picture) return { picture };
      throw new ColdframeError('JOB_STATE', {
        message: `No picture was kept of job ${id.slice(0, 8)}.`,
        guidance: 'What became of it stands in its record: coldframe job show ID',
        context: { job: id },
      });
    },
    'job.picture': async ({ job: prefix }) => {
      const { id } = board.find(prefix);
      return { picture: board.draw(id, null)?.picture ?? parts.store.pictures.get(id) };
    },
    'job.watch': async (_, { signal, emit }) => {
      const stopHearing = board.onChange((job, what) =>
        emit(what === 'progress' ? progressEvent(job) : { event: 'job', job }),
      );
      const stopNotices = parts.notices.hear(emit);
      const stopAlerts = parts.alertBoard.hear(emit);
      parts.alerts.wake();
      await new Promise<void>((done) => {
        if (signal.aborted) done();
        signal.addEventListener('abort', () => done(), { once: true });
      });
      stopHearing();
      stopNotices();
      stopAlerts();
      return {};
    },
  };
};

/** States of backups that left something to take up. */
const OVER_IN_VAIN: readonly string[] = ['interrupted', 'failed', 'cancelled'];

/** Starts a backup again where an earlier job left it; answers the new job once it has ended. */
const takeUp = async (parts: ConsoleParts, context: CallContext, job: StoredJob): Promise<string> => {
  if (job.kind !== 'backup' || !OVER_IN_VAIN.includes(job.state)) {
    throw new ColdframeError('JOB_STATE', {
      message: `Job ${job.id.slice(0, 8)} is a ${job.kind} that is ${job.state}: there is nothing to take up again.`,
      guidance: job.kind === 'backup' ? 'Start a new backup.' : `Run the ${job.kind} again.`,
      context: { job: job.id, state: job.state },
    });
  }
  const successor = job.resumedBy === null ? null : parts.board.find(job.resumedBy);
  if (successor !== null && !OVER_IN_VAIN.includes(successor.state)) {
    throw new ColdframeError('JOB_STATE', {
      message: `Job ${job.id.slice(0, 8)} was taken up already: by job ${successor.id.slice(0, 8)}, which is ${successor.state}.`,
      guidance: 'Start a new backup.',
      context: { job: job.id, state: successor.state },
    });
  }
  let taken = '';
  const input = { ...(job.input as InputOf<'backup'>), ...(job.set === null ? {} : { resume: job.set }) };
  await runBackupJob(parts, context, input, (id) => {
    taken = id;
    parts.board.markResumed(job, id);
  });
  return taken;
};
