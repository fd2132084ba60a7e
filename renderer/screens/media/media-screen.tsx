import { CassetteTape, Plus, ShieldCheck } from 'lucide-react';
import { asColdframeError } from '../../../shared/errors.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, Columns, PageHead, Stack } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change, useQuery } from '../../stores/calls.ts';
import { go, href, type Route } from '../../stores/route.ts';
import { startJob } from '../../stores/start-job.ts';
import { useVault, useVaults } from '../../stores/vaults.ts';
import { mediaWords as words } from '../../words/media.ts';
import { Library } from './library.tsx';
import { Pools } from './pools.tsx';
import { TapeAsItLies } from './tape-as-it-lies.tsx';

const said = (thrown: unknown) => announce(asColdframeError(thrown).message, 'bad');

const labelOne = (vault: string) =>
  change('tape.label', { vault }).then(
    ({ tapes }) => announce(words.labelled(tapes.map(({ id }) => id).join(', ')), 'good'),
    said,
  );

const verifyAll = (vault: string) => startJob('verify', { vault }).then((id) => go(href('jobs', id)), said);

/** The tapes of a vault, and how each of them is written. */
export const MediaScreen = ({ route }: { route: Route }) => {
  const { data: known } = useVaults();
  const vault = useVault();
  const shown = useQuery('vault.show', vault ? { dir: vault.dir } : null);
  const listed = useQuery('tape.list', vault ? { vault: vault.dir } : null);
  if (known && !vault) {
    return (
      <EmptyState
        icon={CassetteTape}
        title={words.noVault}
        action={<ButtonLink to={href('welcome')}>{words.firstSteps}</ButtonLink>}
      >
        {words.noVaultAbout}
      </EmptyState>
    );
  }
  const error = shown.error ?? listed.error;
  if (error) return <ErrorCard error={error} retry={listed.reload} />;
  if (!vault || !shown.data || !listed.data) return <Loading />;
  const { tapes } = listed.data;
  const { library } = shown.data;
  const picked = tapes.find(({ id }) => id === route.id) ?? tapes.find(({ chunks }) => chunks > 0) ?? null;
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about(vault.name, library.drives, library.slots, tapes.length)}
        actions={
          <>
            <Button onPress={() => void verifyAll(vault.dir)}>
              <ShieldCheck aria-hidden /> {words.verify}
            </Button>
            <Button look="primary" onPress={() => void labelOne(vault.dir)}>
              <Plus aria-hidden /> {words.label}
            </Button>
          </>
        }
      />
      <Columns>
        <Stack>
          <Library tapes={tapes} drives={library.drives} slots={library.slots} picked={picked?.id ?? null} />
          {picked ? (
            <TapeAsItLies key={picked.id} tape={picked} vault={vault.dir} />
          ) : (
            <Card padded>
              <span className="quiet">{words.pick}</span>
            </Card>
          )}
        </Stack>
        <Pools tapes={tapes} />
      </Columns>
    </>
  );
};
