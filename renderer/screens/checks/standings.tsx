import type { CheckStanding } from '../../../shared/contract/checks.ts';
import type { CheckKind } from '../../../shared/contract/choices.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { Button } from '../../components/button.tsx';
import { Acts, Card, NameLink } from '../../components/layout.tsx';
import { announce } from '../../stores/announcements.ts';
import { href } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';
import { checksWords as words } from '../../words/checks.ts';
import { CheckLine } from './check-line.tsx';
import styles from './checks.module.css';

interface Subject {
  readonly kind: CheckKind;
  /** Name of the object or vault. */
  readonly of: string;
  /** Folder of the vault; null for an object. */
  readonly vault: string | null;
}

const start = ({ kind, of, vault }: Subject) => {
  const started =
    kind === 'restore-test'
      ? startJob('restore.test', { object: of })
      : startJob('verify', vault === null ? { object: of } : { vault });
  return started.then(() => announce(words.started(kind, of), 'good'), said);
};

interface StandingProps extends Subject {
  readonly standing: CheckStanding;
  readonly now: number;
  /** Whether a schedule verifies all of its vault. */
  readonly withVault?: boolean;
}

const Standing = ({ standing, now, withVault = false, ...subject }: StandingProps) => (
  <td>
    <CheckLine what={subject.kind} standing={standing} now={now} of={subject.vault === null ? subject.of : null} />
    <span className="second">{words.byItself(standing, withVault)}</span>
  </td>
);

const Starts = ({ subjects }: { subjects: readonly Subject[] }) => (
  <td>
    <Acts wrap>
      {subjects.map((subject) => (
        <Button
          key={subject.kind}
          aria-label={subject.kind === 'verify' ? words.verifyOf(subject.of) : words.testOf(subject.of)}
          onPress={() => start(subject)}
        >
          {subject.kind === 'verify' ? words.verifyIt : words.test}
        </Button>
      ))}
    </Acts>
  </td>
);

/** How it stands with the checks of each object and vault, and the way to carry one out now. */
export const Standings = ({ overview }: { overview: Pick<OutputOf<'overview'>, 'objects' | 'vaults' | 'at'> }) => {
  const now = Date.parse(overview.at);
  return (
    <Card>
      <table className={styles.list}>
        <thead>
          <tr>
            <th scope="col">{words.what}</th>
            <th scope="col">{words.restoreTest}</th>
            <th scope="col">{words.verify}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {overview.objects.map(({ id, name, vault, restoreTest, verify }) => (
            <tr key={id}>
              <td className={styles.what}>
                <NameLink to={href('checks', name)}>{name}</NameLink>
              </td>
              <Standing kind="restore-test" standing={restoreTest} now={now} of={name} vault={null} />
              <Standing
                kind="verify"
                standing={verify}
                now={now}
                of={name}
                vault={null}
                withVault={overview.vaults.some((each) => each.vault.id === vault.id && each.verify.scheduled)}
              />
              <Starts
                subjects={[
                  { kind: 'restore-test', of: name, vault: null },
                  { kind: 'verify', of: name, vault: null },
                ]}
              />
            </tr>
          ))}
          {overview.vaults.map(({ vault, verify }) => (
            <tr key={vault.id}>
              <td className={styles.what}>{words.vault(vault.name)}</td>
              <td />
              <Standing kind="verify" standing={verify} now={now} of={vault.name} vault={vault.dir} />
              <Starts subjects={[{ kind: 'verify', of: vault.name, vault: vault.dir }]} />
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
};
