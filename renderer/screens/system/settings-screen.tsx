import { useState } from 'react';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/dialog-form.tsx';
import { Field, Segments, Tick } from '../../components/field.tsx';
import { Card, PageHead, Stack } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { forgetPassphrases } from '../../stores/passphrases.ts';
import { DENSITIES, lookOf, prefer, THEMES, usePreferences } from '../../stores/preferences.ts';
import type { Route } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { systemWords } from '../../words/system.ts';
import { ConfigCard } from './config-card.tsx';
import { LimitSettings } from './limit-settings.tsx';
import { ObjectSettings } from './object-settings.tsx';
import { hoursOf } from './overdue-hours.ts';
import { RecoverySettings } from './recovery-settings.tsx';
import styles from './system.module.css';

const words = systemWords.settings;

const Look = () => {
  const chosen = usePreferences();
  const { theme, density } = lookOf(chosen);
  const own = chosen.theme !== null || chosen.density !== null;
  const differs = theme !== chosen.console.theme || density !== chosen.console.density;
  const forAll = async () => {
    try {
      await change('settings.set', { theme, density });
      prefer({ theme: null, density: null, console: { theme, density } });
      announce(words.saved, 'good');
    } catch (thrown) {
      said(thrown);
    }
  };
  return (
    <Card title={words.look} aside={own ? words.lookHere : words.lookOfConsole} padded>
      <div className={styles.form}>
        <Segments
          label={words.theme}
          value={theme}
          onChange={(value) => prefer({ theme: value })}
          choices={THEMES.map((value) => ({ value, title: words.themes[value] }))}
        />
        <Segments
          label={words.density}
          value={density}
          onChange={(value) => prefer({ density: value })}
          choices={DENSITIES.map((value) => ({ value, title: words.densities[value] }))}
        />
        {own && (
          <div className={styles.inline}>
            {differs && <Button onPress={() => forAll()}>{words.lookForAll}</Button>}
            <Button look="ghost" onPress={() => prefer({ theme: null, density: null })}>
              {words.lookAsConsole(words.themes[chosen.console.theme], words.densities[chosen.console.density])}
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
};

const AttentionSettings = () => {
  const { data, error, reload } = useQuery('settings.get', {});
  const [typed, setTyped] = useState<string | null>(null);
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const value = typed ?? String(data.settings.overdueAfterHours);
  const hours = hoursOf(value);
  const save = async (overdueAfterHours: number | null) => {
    try {
      await change('settings.set', { overdueAfterHours });
      setTyped(null);
      announce(words.saved, 'good');
    } catch (thrown) {
      said(thrown);
    }
  };
  return (
    <Card title={words.attention} padded>
      <div className={styles.form}>
        <Field
          label={words.overdue}
          help={words.overdueHelp}
          value={value}
          onChange={setTyped}
          error={hours === null ? words.invalidHours : null}
        />
        <div className={styles.inline}>
          <Button
            look="primary"
            isDisabled={hours === null || hours === data.settings.overdueAfterHours}
            onPress={() => save(hours)}
          >
            {words.save}
          </Button>
          <Button look="ghost" onPress={() => save(null)}>
            {words.reset} ({words.hours(data.defaults.overdueAfterHours)})
          </Button>
        </div>
      </div>
    </Card>
  );
};

const STARTS = ['session', 'service'] as const;

const AutostartSettings = () => {
  const { data, error, reload } = useQuery('autostart.get', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const set = async (what: (typeof STARTS)[number], on: boolean) => {
    try {
      await change('autostart.set', { what, on });
      announce(words.saved, 'good');
    } catch (thrown) {
      said(thrown);
    }
    reload();
  };
  return (
    <Card title={words.starts} padded>
      <Stack>
        <p className="quiet">{words.startsAbout}</p>
        {data.starts.map(({ what, state, path }) => (
          <div key={what}>
            <Tick
              checked={state === 'on'}
              disabled={state === 'foreign' || state === 'unsupported'}
              onChange={(on) => void set(what, on)}
            >
              {words.startNames[what]}
            </Tick>
            <span className="second">
              {state === 'foreign' && words.startForeign(path ?? '')}
              {state === 'unsupported' && words.startUnsupported}
              {(state === 'on' || state === 'off') && path}
            </span>
          </div>
        ))}
      </Stack>
    </Card>
  );
};

const RUNS = ['1', '2', '4', '8', '16'] as const;

/** Changes settings and says how that came out. */
const saveSettings = async (input: InputOf<'settings.set'>, reload: () => void): Promise<void> => {
  try {
    await change('settings.set', input);
    announce(words.saved, 'good');
  } catch (thrown) {
    said(thrown);
  }
  reload();
};

const RunSettings = () => {
  const { data, error, reload } = useQuery('settings.get', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const save = (input: InputOf<'settings.set'>) => void saveSettings(input, reload);
  const { runsPerVault, runsPerDrive, verifyAfterBackup } = data.settings;
  return (
    <Card title={words.byItself} padded>
      <div className={styles.form}>
        <Segments
          label={words.runsPerVault}
          value={String(runsPerVault)}
          onChange={(value) => save({ runsPerVault: Number(value) })}
          choices={[...new Set([...RUNS, String(runsPerVault)])].map((value) => ({ value, title: value }))}
        />
        <Segments
          label={words.runsPerDrive}
          value={String(runsPerDrive)}
          onChange={(value) => save({ runsPerDrive: Number(value) })}
          choices={[...new Set([...RUNS, String(runsPerDrive)])].map((value) => ({ value, title: value }))}
        />
        <Choice help={words.verifyAfterBackupHelp}>
          <Tick checked={verifyAfterBackup} onChange={(on) => save({ verifyAfterBackup: on })}>
            {words.verifyAfterBackup}
          </Tick>
        </Choice>
      </div>
    </Card>
  );
};

const ICONS = ['colour', 'plain'] as const;
const POP_UPS = ['all', 'problems', 'nothing'] as const;

const DesktopSettings = () => {
  const { data, error, reload } = useQuery('settings.get', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  const save = (input: InputOf<'settings.set'>) => void saveSettings(input, reload);
  const { closeToTray, notify, trayIcon } = data.settings;
  return (
    <Card title={words.desktop} padded>
      <div className={styles.form}>
        <Segments
          label={words.notify}
          value={notify}
          onChange={(value) => save({ notify: value })}
          choices={POP_UPS.map((value) => ({ value, title: words.popUps[value] }))}
        />
        <Tick checked={closeToTray} onChange={(on) => save({ closeToTray: on })}>
          {words.closeToTray}
        </Tick>
        <Segments
          label={words.trayIcon}
          value={trayIcon}
          onChange={(value) => save({ trayIcon: value })}
          choices={ICONS.map((value) => ({ value, title: words.trayIcons[value] }))}
        />
      </div>
    </Card>
  );
};

/** What a person may choose. */
export const SettingsScreen = ({ route }: { route: Route }) => (
  <>
    <PageHead title={words.title} />
    <Stack>
      <Look />
      <AttentionSettings />
      <RunSettings />
      <DesktopSettings />
      <LimitSettings />
      <ObjectSettings route={route} />
      <AutostartSettings />
      <RecoverySettings />
      <ConfigCard />
      <Card title={words.secrets} padded>
        <Stack>
          <p className="quiet">{words.secretsAbout}</p>
          <div>
            <Button
              onPress={() => {
                forgetPassphrases();
                announce(words.forgotten);
              }}
            >
              {words.forget}
            </Button>
          </div>
        </Stack>
      </Card>
    </Stack>
  </>
);
