import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { DialogForm } from '../../components/dialog-form.tsx';
import { Field } from '../../components/field.tsx';
import { ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { type MeasuredVolume, useVolumesMeasure } from '../../stores/volumes-measure.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { rangeProblem, rangeRuns, type TypedRange, typedRanges } from './protect-form.ts';
import styles from './volumes.module.css';

interface RangesProps {
  readonly measured: MeasuredVolume;
  readonly first: readonly TypedRange[];
  readonly close: () => void;
}

const Ranges = ({ measured, first, close }: RangesProps) => {
  const { volume, size, segmentBytes } = measured;
  const [ranges, setRanges] = useState(first);
  const [added, setAdded] = useState(first.length);
  const form = useSubmission();
  const problems = new Map(ranges.map((range) => [range.key, rangeProblem(range, size)]));
  const edit = (key: number, part: Partial<TypedRange>) => {
    setRanges(ranges.map((range) => (range.key === key ? { ...range, ...part } : range)));
    form.forget();
  };
  const add = () => {
    setRanges([...ranges, { key: added, from: '', size: '' }]);
    setAdded(added + 1);
  };
  const say = (key: number, ofFrom: boolean) => {
    const problem = problems.get(key);
    if (!problem || !form.tried) return null;
    return (problem === 'from') === ofFrom ? words.rangeProblems[problem] : null;
  };
  const protect = () =>
    form.submit(
      [...problems.values()].every((problem) => problem === null),
      async () => {
        const { unprotected } = await change('volume.protect', { volume, unprotected: rangeRuns(ranges) });
        announce(words.protectedNow(volume, format.bytes(unprotected.segments * segmentBytes)), 'good');
        close();
      },
    );
  return (
    <DialogForm
      title={words.protectTitle(volume)}
      close={close}
      submit={protect}
      action={words.protectNow}
      working={form.working && words.working}
      error={form.error}
      wide
    >
      <p className="quiet">{words.protectAbout(format.bytes(segmentBytes))}</p>
      {ranges.map(({ key, from, size: length }, index) => (
        <div key={key} className={styles.range}>
          <Field
            label={words.rangeFrom(index + 1)}
            value={from}
            onChange={(typed) => edit(key, { from: typed })}
            error={say(key, true)}
            autoFocus={key >= first.length}
            mono
          />
          <Field
            label={words.rangeSize(index + 1)}
            value={length}
            onChange={(typed) => edit(key, { size: typed })}
            error={say(key, false)}
            mono
          />
          <Button
            look="icon"
            aria-label={words.rangeRemove(index + 1)}
            onPress={() => setRanges(ranges.filter((range) => range.key !== key))}
          >
            <X aria-hidden />
          </Button>
        </div>
      ))}
      {ranges.length === 0 && <p>{words.everythingProtected}</p>}
      <div>
        <Button look="ghost" onPress={add}>
          <Plus aria-hidden /> {words.rangeAdd}
        </Button>
      </div>
    </DialogForm>
  );
};

/** Which blocks of a volume need not be kept. */
export const ProtectDialog = ({ volume, close }: { volume: string; close: () => void }) => {
  const { measured, error, reload } = useVolumesMeasure([volume]);
  const [first] = measured;
  // What is there when it opens is what is changed: an answer that comes later does not undo what was typed.
  const [kept, setKept] = useState<MeasuredVolume | null>(null);
  if (kept === null && first) setKept(first);
  const ranges = kept && typedRanges(kept);
  if (kept && ranges) return <Ranges measured={kept} first={ranges} close={close} />;
  return (
    <Dialog title={words.protectTitle(volume)} close={close}>
      {kept ? (
        <Notice title={words.rangesTooMany(kept.unprotected.runs.length)}>{words.rangesTooManyAbout(volume)}</Notice>
      ) : error ? (
        <ErrorCard error={error} retry={reload} />
      ) : (
        <Loading />
      )}
    </Dialog>
  );
};
