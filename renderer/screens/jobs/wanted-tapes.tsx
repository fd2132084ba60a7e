import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Notice } from '../../components/notices.tsx';
import { useLive } from '../../stores/live.ts';
import { tapesOnMedia } from '../../stores/route.ts';
import { format } from '../../words/format.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { mediaWords } from '../../words/media.ts';

const LOOK_MS = 2000;

/** Which tapes a job waits for, and what there is to do about it. */
export const WantedTapes = ({ job, now }: { job: JobRecord; now: number }) => {
  const { data } = useLive('library.show', { vault: job.vault }, LOOK_MS);
  const request = data?.requests.find((each) => each.job === job.id);
  if (!request) return null;
  const { tapes, since } = request;
  return (
    <Notice
      title={mediaWords.mountTitle(tapes.map(({ barcode }) => barcode))}
      actions={
        <ButtonLink
          to={tapesOnMedia(
            tapes.map(({ tape }) => tape),
            job.vault,
          )}
        >
          {words.toMedia}
        </ButtonLink>
      }
    >
      {mediaWords.mountAbout(
        request,
        format.age(since, now),
        tapes.filter(({ importExport }) => importExport !== null).length,
      )}
      <ul>
        {tapes.map((tape) => (
          <li key={tape.tape}>{mediaWords.wantedTape(tape)}</li>
        ))}
      </ul>
    </Notice>
  );
};
