import type { InputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { type Selection, sourceOf } from '../../../shared/model/selection.ts';
import type { NoticeBoard } from '../notices/notice-board.ts';
import { type NoticeCaller, withNotice } from '../notices/with-notice.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { JobControl, Volumes, VolumesToBackUp } from '../use-cases.ts';

type OfVolumes = Pick<StoredObject, 'kind' | 'volumes'> & { readonly selection: Pick<Selection, 'sources'> };

/** Refuses notice of a snapshot that is never taken. Throws USAGE. */
export const demandFrozen = ({ kind, volumes, selection }: OfVolumes, noticeMs: number | null): void => {
  if (noticeMs === null) return;
  if (kind === 'volumes' && volumes.some((name) => sourceOf(selection, name) === null)) return;
  throw new ColdframeError('USAGE', {
    message:
      kind === 'files'
        ? 'Files are read as they are: there is no snapshot of which notice could be given.'
        : 'Volumes of other servers are not frozen: there is no snapshot of which notice could be given.',
    guidance: 'Leave --notice away. It is for objects that have managed volumes.',
  });
};

/** The volumes of a backup, frozen once notice was given: as was asked for with it, or else as its object says. */
export const afterNotice = (
  volumes: Volumes,
  { noticeMs }: Pick<StoredObject, 'noticeMs'>,
  input: InputOf<'backup'>,
  parts: { readonly board: NoticeBoard; readonly caller: NoticeCaller; readonly job: JobControl },
): VolumesToBackUp => {
  const ms = (input.noticeMs === undefined ? noticeMs : input.noticeMs) ?? undefined;
  return {
    lookAt: (names, parent) => volumes.lookAt(names, parent),
    freezeForBackup: async (names, parent) => {
      if (ms !== undefined) parts.job.report(WAITING);
      const wish = { noticeMs: ms, noticeCommand: input.noticeCommand };
      return await withNotice(parts.board, names, wish, parts.caller, () => volumes.freezeForBackup(names, parent));
    },
  };
};

const WAITING = {
  phase: 'announced',
  elementsDone: 0,
  elementsTotal: null,
  bytesRead: 0,
  bytesStored: 0,
  bytesTotal: null,
};
