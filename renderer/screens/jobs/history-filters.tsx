import { JOB_KINDS } from '../../../shared/contract/job-states.ts';
import { JOB_KIND_WORDS } from '../../../shared/model/job-kind-words.ts';
import { Button } from '../../components/button.tsx';
import { Field, Segments } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { jobsWords as words } from '../../words/jobs.ts';
import { EVERYTHING, type HistoryForm, SHOWN } from './history-filter.ts';
import styles from './jobs.module.css';

/** No kind and no object is called so: names of objects begin with no space. */
const EVERY = ' ';

/** What of the history is to be seen. */
export const HistoryFilters = (props: {
  form: HistoryForm;
  objects: readonly string[];
  change: (form: HistoryForm) => void;
}) => {
  const { form, objects, change } = props;
  const set = (part: Partial<HistoryForm>) => change({ ...form, ...part });
  return (
    <div className={styles.filters}>
      <Segments
        label={words.filter}
        value={form.shown}
        onChange={(shown) => set({ shown })}
        choices={SHOWN.map((value) => ({ value, title: words.filters[value] }))}
      />
      <Select
        label={words.kindFilter}
        value={form.kind ?? EVERY}
        onChange={(value) => set({ kind: JOB_KINDS.find((kind) => kind === value) ?? null })}
        options={[
          { value: EVERY, title: words.everyKind },
          ...JOB_KINDS.map((value) => ({ value, title: JOB_KIND_WORDS[value] })),
        ]}
      />
      <Select
        label={words.objectFilter}
        value={form.object ?? EVERY}
        onChange={(value) => set({ object: value === EVERY ? null : value })}
        options={[{ value: EVERY, title: words.everyObject }, ...objects.map((value) => ({ value, title: value }))]}
      />
      <Field type="date" label={words.from} value={form.from} onChange={(from) => set({ from })} />
      <Field type="date" label={words.until} value={form.until} onChange={(until) => set({ until })} />
      {JSON.stringify(form) !== JSON.stringify(EVERYTHING) && (
        <Button look="ghost" onPress={() => change(EVERYTHING)}>
          {words.everything}
        </Button>
      )}
    </div>
  );
};
