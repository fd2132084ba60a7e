import type { LimitRule } from '../../../shared/contract/settings.ts';
import { Card, Stack } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { limitsWords as words } from '../../words/limits.ts';
import { systemWords } from '../../words/system.ts';
import { LimitsEditor } from './limits-editor.tsx';

/** The limits for all objects that have none of their own. */
export const LimitSettings = () => {
  const { data, error, reload } = useQuery('settings.get', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const save = async (limits: LimitRule[]) => {
    try {
      await change('settings.set', { limits });
      announce(systemWords.settings.saved, 'good');
    } catch (thrown) {
      said(thrown);
      return false;
    }
    reload();
    return true;
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
