import { useState } from 'react';
import type { InputOf, OutputOf } from '../../../shared/contract/contract.ts';
import { Button } from '../../components/button.tsx';
import { Field, Segments } from '../../components/field.tsx';
import { Card, Stack } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { Select } from '../../components/select.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { go, href, type Route } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { systemWords } from '../../words/system.ts';
import { LimitsEditor } from './limits-editor.tsx';
import { hoursOf } from './overdue-hours.ts';
import styles from './system.module.css';

const words = systemWords.settings;

type Held = OutputOf<'settings.ofObject'>;
/** Changes something and says how that came out; answers whether it was changed. */
type Choose = (change: Omit<InputOf<'settings.setOfObject'>, 'object'>) => Promise<boolean>;

const Overdue = ({ held, choose }: { held: Held; choose: Choose }) => {
  const [typed, setTyped] = useState<string | null>(null);
  const own = held.own.overdueAfterHours;
  const value = typed ?? (own === undefined ? '' : String(own));
  const hours = value.trim() === '' ? null : hoursOf(value);
  const isWrong = value.trim() !== '' && hours === null;
  return (
    <form
      className={styles.inline}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) void choose({ overdueAfterHours: hours }).then((saved) => saved && setTyped(null));
      }}
    >
      <Field
        label={words.overdueOwn}
        value={value}
        onChange={setTyped}
        placeholder={words.asForAll(words.hours(held.inherited.overdueAfterHours))}
        error={isWrong ? words.invalidHours : null}
      />
      <Button type="submit" isDisabled={typed === null || isWrong}>
        {words.save}
      </Button>
    </form>
  );
};

const VERIFY = ['inherit', 'on', 'off'] as const;
const LIMITS = ['inherit', 'own'] as const;

const Own = ({ held, choose }: { held: Held; choose: Choose }) => {
  const { own, inherited, settings, limitNow } = held;
  const verify = own.verifyAfterBackup === undefined ? 'inherit' : own.verifyAfterBackup ? 'on' : 'off';
  const onOff = { on: words.on, off: words.off };
  return (
    <Stack>
      <Overdue held={held} choose={choose} />
      <Segments
        label={words.verifyAfterBackup}
        value={verify}
        onChange={(value) => void choose({ verifyAfterBackup: value === 'inherit' ? null : value === 'on' })}
        choices={VERIFY.map((value) => ({
          value,
          title: value === 'inherit' ? words.asForAll(onOff[inherited.verifyAfterBackup ? 'on' : 'off']) : onOff[value],
        }))}
      />
      <Segments
        label={words.limitsOwn}
        value={own.limits === undefined ? 'inherit' : 'own'}
        onChange={(value) => void choose({ limits: value === 'inherit' ? null : settings.limits })}
        choices={LIMITS.map((value) => ({
          value,
          title: value === 'inherit' ? words.limitsForAll : words.limitsAlone,
        }))}
      />
      {own.limits !== undefined && (
        <LimitsEditor limits={own.limits} limitNow={limitNow} save={(limits) => choose({ limits })} />
      )}
    </Stack>
  );
};

const OfObject = ({ object }: { object: string }) => {
  const { data, error, reload } = useQuery('settings.ofObject', { object });
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const choose: Choose = async (chosen) => {
    try {
      await change('settings.setOfObject', { object, ...chosen });
      announce(words.saved, 'good');
    } catch (thrown) {
      said(thrown);
      return false;
    }
    reload();
    return true;
  };
  return <Own key={object} held={data} choose={(chosen) => choose(chosen)} />;
};

/** What holds for one object in place of what holds for all. */
export const ObjectSettings = ({ route }: { route: Route }) => {
  const { data } = useQuery('object.list', {});
  if (!data) return <Loading />;
  if (data.objects.length === 0) return null;
  const names = data.objects.map(({ name }) => name);
  const chosen = names.find((name) => name === route.id) ?? null;
  return (
    <Card title={words.ofObject} padded>
      <Stack>
        <p className="quiet">{words.ofObjectAbout}</p>
        <Select
          label={words.object}
          value={chosen}
          onChange={(name) => go(href('settings', name))}
          options={names.map((name) => ({ value: name, title: name }))}
        />
        {chosen !== null && <OfObject object={chosen} />}
      </Stack>
    </Card>
  );
};
