import { REQUESTED_LEVELS } from '../../../shared/contract/choices.ts';
import { printable } from '../../../shared/model/printable.ts';
import { Choice } from '../../components/dialog-form.tsx';
import { Choices, Field, Segments, Tick } from '../../components/field.tsx';
import { FolderField } from '../../components/folder-field.tsx';
import { Card } from '../../components/layout.tsx';
import { Select } from '../../components/select.tsx';
import { SharedDisk } from '../../components/shared-disk.tsx';
import { draft, problemsOf, suggestedName } from '../../stores/protect-draft.ts';
import { useVaults } from '../../stores/vaults.ts';
import { protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';
import type { StepProps } from './step-props.ts';

const NEW = '';

const DRIVES = ['1', '2', '3', '4'] as const;

/** Its name, its vault, its seal, its first level. */
export const WhereStep = ({ now, tried, taken, shared }: StepProps) => {
  const { data } = useVaults();
  const problems = problemsOf(now, taken);
  const say = (...of: (typeof problems)[number][]) => {
    const problem = problems.find((each) => of.includes(each));
    return problem && (tried || problem === 'taken' || (problem === 'differs' && now.again))
      ? words.problems[problem]
      : null;
  };
  const vaults = data?.vaults ?? [];
  return (
    <Card>
      <div className={styles.form}>
        <Field
          label={words.name}
          help={words.nameHelp}
          value={now.name || suggestedName(now)}
          onChange={(name) => draft({ name })}
          error={say('name', 'taken')}
        />
        <Choices
          label={words.vault}
          value={now.vault ?? NEW}
          onChange={(vault) => draft({ vault: vault === NEW ? null : vault })}
          choices={[
            ...vaults.map(({ dir, name, objects, reachable }) => ({
              value: dir,
              title: name,
              about: `${words.vaultAbout(printable(dir), objects)}${reachable ? '' : `, ${words.unreachable}`}`,
            })),
            { value: NEW, title: words.anotherVault, about: words.anotherVaultAbout },
          ]}
        />
        {now.vault === null && (
          <>
            <FolderField
              creates
              label={words.newVault}
              value={now.newVault}
              onChange={(newVault) => draft({ newVault })}
              error={say('vault')}
            />
            <SharedDisk shared={shared} />
            <Choice help={words.drivesHelp}>
              <Segments
                label={words.drives}
                value={String(now.drives)}
                onChange={(drives) => draft({ drives: Number(drives) })}
                choices={DRIVES.map((value) => ({ value, title: value }))}
              />
            </Choice>
            <Tick checked={now.sealed} onChange={(sealed) => draft({ sealed })}>
              <span>
                {words.sealed} <span className="faint">{words.sealedAbout}</span>
              </span>
            </Tick>
            {now.sealed && (
              <>
                <Field
                  label={words.passphrase}
                  type="password"
                  value={now.passphrase}
                  onChange={(passphrase) => draft({ passphrase })}
                  error={say('short')}
                />
                <Field
                  label={words.again}
                  type="password"
                  value={now.again}
                  onChange={(again) => draft({ again })}
                  error={say('differs')}
                />
              </>
            )}
          </>
        )}
        {now.vault !== null && <SharedDisk shared={shared} />}
        {now.vault !== null && (
          <Select
            label={words.level}
            value={now.level}
            onChange={(level) => draft({ level })}
            options={REQUESTED_LEVELS.filter((level) => level === 'auto' || level === 'full').map((value) => ({
              value,
              title: words.levels[value],
            }))}
          />
        )}
      </div>
    </Card>
  );
};
