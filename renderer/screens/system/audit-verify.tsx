import { useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Field } from '../../components/field.tsx';
import { Card, Stack } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { ErrorCard, Notice } from '../../components/notices.tsx';
import { call } from '../../stores/calls.ts';
import { useSubmission } from '../../stores/submission.ts';
import { systemWords } from '../../words/system.ts';

const words = systemWords.audit;

/** The head that was typed; null when there is none, undefined when it cannot be one. */
const headOf = (typed: string): { sequence: number; digest: string } | null | undefined => {
  if (typed.trim() === '') return null;
  const [, sequence, digest] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(typed.trim().toLowerCase()) ?? [];
  return sequence === undefined || digest === undefined ? undefined : { sequence: Number(sequence), digest };
};

/** Whether the log is as it was written, and what to note elsewhere so that this can be told another time. */
export const AuditVerify = () => {
  const [typed, setTyped] = useState('');
  const [result, setResult] = useState<OutputOf<'audit.verify'> | null>(null);
  const form = useSubmission();
  const head = headOf(typed);
  const verify = () => {
    // What was found before says nothing of what is asked now.
    setResult(null);
    form.submit(head !== undefined, async () => {
      setResult(await call('audit.verify', head ? { head } : {}));
    });
  };
  return (
    <Card title={words.verify} padded>
      <Stack>
        <Field
          label={words.check}
          value={typed}
          onChange={(text) => {
            setTyped(text);
            setResult(null);
            form.forget();
          }}
          error={form.tried && head === undefined ? words.badHead : null}
          mono
        />
        <div>
          <Button busy={form.working} onPress={verify}>
            {form.working ? words.verifying : words.verify}
          </Button>
        </div>
        {form.error && <ErrorCard error={form.error} />}
        {result?.problem && (
          <Notice title={words.broken} tone="bad">
            {words.problem(result.problem.kind, result.problem.sequence)}
          </Notice>
        )}
        {result?.problem === null && (
          <div>
            <Pill tone="good">{words.whole(result.records)}</Pill>
          </div>
        )}
        {result?.head && (
          <div>
            <p className="quiet">{words.head}</p>
            <CopyLine text={`${result.head.sequence}:${result.head.digest}`} what={words.headName} label={words.copy} />
          </div>
        )}
      </Stack>
    </Card>
  );
};
