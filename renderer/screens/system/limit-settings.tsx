import type { LimitRule } from '../../../shared/contract/settings.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { Card, Stack } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { limitsWords as words } from '../../words/limits.ts';
import { systemWords } from '../../words/system.ts';
import { LimitsEditor } from './limits-editor.tsx';

/** The limits for all objects that have none of their own. */
export const LimitSettings = () => {
  const { data, error, reload } = useQuery('settings.get', {});
  if (error) return <ErrorCard error={error} retry={reload} />;
  if (!data) return <Loading />;
  const save = async (limits: LimitRule[]) => {
    try {
      await change('settings.set', { limits });
      announce(systemWords.settings.saved, 'good');
    } catch (thrown) {
      announce(asColdframeError(thrown).message, 'bad');
      throw thrown;
    }
    reload();
  };
  return (
    <Card title={words.title} padded>
      <Stack>
        <p className="quiet">{words.about}</p>
        <LimitsEditor limits={data.settings.limits} limitNow={data.limitNow} save={save} />
      </Stack>
    </Card>
  );
};
