import { CassetteTape, Plus, Recycle, ScanBarcode, ShieldCheck, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { MountRequest } from '../../../shared/contract/mounts.ts';
import { canReclaim, worthReclaiming } from '../../../shared/model/reclaim.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Card, Desk, PageHead } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading, Notice } from '../../components/notices.tsx';
import { announce } from '../../stores/announcements.ts';
import { change } from '../../stores/calls.ts';
import { inventoryTaken, useInventories } from '../../stores/inventories.ts';
import { useLive } from '../../stores/live.ts';
import { prefer } from '../../stores/preferences.ts';
import { go, goInPlace, href, type Route } from '../../stores/route.ts';
import { said } from '../../stores/said.ts';
import { startJob } from '../../stores/start-job.ts';
import { useVault, useVaults } from '../../stores/vaults.ts';
import { mediaWords as words } from '../../words/media.ts';
import { reclaimWords } from '../../words/reclaim.ts';
import { Alerts } from './alerts.tsx';
import { CleaningNotices } from './cleaning.tsx';
import { cleaningAlerts } from './cleaning-alerts.ts';
import { LabelDialog } from './label-dialog.tsx';
import { Library } from './library.tsx';
import { takeIn } from './library-acts.ts';
import { isWrong, libraryAlerts, noTapeLeft } from './library-alerts.ts';
import { Pools } from './pools.tsx';
import { ReclaimDialog } from './reclaim-dialog.tsx';
import { TapeAsItLies } from './tape-as-it-lies.tsx';
import { ImportDialog } from './transfer-dialogs.tsx';

/** How often the picture looks which drives jobs work with. */
const LOOK_MS = 3000;

const verifyAll = (vault: string) => startJob('verify', { vault }).then((id) => go(href('jobs', id)), said);

/** Whether a job waits for a tape: that says more than that it is missing. */
const isWanted = (requests: readonly MountRequest[], barcode: string): boolean =>
  requests.some(({ tapes }) => tapes.some((tape) => tape.barcode === barcode));

/** The operator's desk: where the tapes of a vault are, what is out of order, and all that can be done with each. */
export const MediaScreen = ({ route }: { route: Route }) => {
  const { data: known } = useVaults();
  const vault = useVault();
  const shown = useLive('library.show', vault ? { vault: vault.dir } : null, LOOK_MS);
  const [importing, setImporting] = useState(false);
  const [reclaiming, setReclaiming] = useState(route.query.reclaim !== undefined);
  const [labelling, setLabelling] = useState(false);
  const found = useInventories((state) => state.found);
  const asked = route.query.vault;
  useEffect(() => {
    if (asked !== undefined) prefer({ vault: asked });
  }, [asked]);
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
  if (shown.error && !shown.data) return <ErrorCard error={shown.error} retry={shown.reload} />;
  if (!vault || !shown.data) return <Loading />;
  const library = shown.data;
  const { tapes, drives, slots } = library;
  const picked = tapes.find(({ id }) => id === route.id) ?? tapes.find(({ chunks }) => chunks > 0) ?? tapes[0] ?? null;
  const findings = found[vault.dir] ?? null;
  const { requests } = library;
  const wanted = route.query.tapes?.split(',') ?? [];
  const alerts = libraryAlerts(tapes, findings ?? [], wanted).filter(
    ({ kind, barcode }) => kind !== 'missing' || !isWanted(requests, barcode),
  );
  const cleaning = cleaningAlerts(library);
  const reclaimable = canReclaim(library.changer, drives.length) ? worthReclaiming(tapes) : null;
  const isOut = noTapeLeft(library);
  const others = (isOut ? 1 : 0) + cleaning.length + (reclaimable !== null && reclaimable.tapes.length > 0 ? 1 : 0);
  const endWaiting = (job: string) => change('job.cancel', { job }).then(() => announce(words.waitingEnded), said);
  const pick = (tape: string) => goInPlace(href('media', tape, { tapes: route.query.tapes }));
  const inventory = () =>
    change('library.inventory', { vault: vault.dir }).then((taken) => {
      inventoryTaken(vault.dir, taken.findings);
      const wrong = taken.findings.filter(isWrong).length;
      announce(words.inventoryTaken(taken.tapes, wrong), wrong === 0 ? 'good' : 'bad');
    }, said);
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about(
          vault.name,
          drives.length,
          slots.length,
          tapes.length,
          alerts.length + requests.length + others,
        )}
        actions={
          <>
            <Button onPress={inventory}>
              <ScanBarcode aria-hidden /> {words.inventory}
            </Button>
            <Button onPress={() => verifyAll(vault.dir)}>
              <ShieldCheck aria-hidden /> {words.verify}
            </Button>
            <Button onPress={() => setReclaiming(true)}>
              <Recycle aria-hidden /> {reclaimWords.reclaim}
            </Button>
            <Button onPress={() => setImporting(true)}>
              <Upload aria-hidden /> {words.import}
            </Button>
            <Button look="primary" onPress={() => setLabelling(true)}>
              <Plus aria-hidden /> {words.label}
            </Button>
          </>
        }
      />
      {importing && <ImportDialog vault={vault.dir} close={() => setImporting(false)} />}
      {labelling && <LabelDialog library={library} close={() => setLabelling(false)} />}
      {reclaiming && <ReclaimDialog vault={vault.dir} close={() => setReclaiming(false)} />}
      <Desk
        waits={alerts.length + requests.length + others > 0}
        waiting={
          <Alerts
            requests={requests}
            tapes={tapes}
            alerts={alerts}
            others={others}
            endWaiting={endWaiting}
            looked={findings !== null}
            importFile={() => setImporting(true)}
            inventory={inventory}
            pick={pick}
            verify={() => verifyAll(vault.dir)}
            takeIn={(tape) => takeIn(vault.dir, tape)}
          >
            {isOut && (
              <Notice
                title={words.noTapeLeft}
                tone="bad"
                actions={
                  library.changer ? (
                    <Button onPress={inventory}>{words.lookAgain}</Button>
                  ) : (
                    <Button onPress={() => setLabelling(true)}>{words.label}</Button>
                  )
                }
              >
                {words.noTapeLeftAbout(library.changer)}
              </Notice>
            )}
            <CleaningNotices alerts={cleaning} library={library} />
            {reclaimable !== null && reclaimable.tapes.length > 0 && (
              <Notice
                title={reclaimWords.suggested(reclaimable.tapes.length, vault.name)}
                actions={<Button onPress={() => setReclaiming(true)}>{reclaimWords.suggestedAct}</Button>}
              >
                {reclaimWords.suggestedAbout(reclaimable.bytesWon)}
              </Notice>
            )}
          </Alerts>
        }
        beside={<Pools library={library} />}
      >
        <Library library={library} picked={picked?.id ?? null} wanted={wanted} heads={library.heads} pick={pick} />
        {picked ? (
          <TapeAsItLies key={picked.id} tape={picked} library={library} heads={library.heads} />
        ) : (
          <Card padded>
            <span className="quiet">{words.pick}</span>
          </Card>
        )}
      </Desk>
    </>
  );
};
