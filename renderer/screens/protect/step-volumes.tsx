import { HardDrive, X } from 'lucide-react';
import { printable } from '../../../shared/model/printable.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Tick } from '../../components/field.tsx';
import { Card, Columns, Stat } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { draft } from '../../stores/protect-draft.ts';
import { href } from '../../stores/route.ts';
import { sumOf } from '../../stores/volumes-measure.ts';
import { format } from '../../words/format.ts';
import { protectWords as words } from '../../words/protect.ts';
import styles from './protect.module.css';
import type { StepProps } from './step-props.ts';

const tick = (volumes: readonly string[], name: string, on: boolean): void =>
  draft({ volumes: [...volumes.filter((one) => one !== name), ...(on ? [name] : [])] });

const Listed = ({ chosen }: { chosen: readonly string[] }) => {
  const { data, error, reload } = useQuery('volume.list', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  if (data.volumes.length === 0) {
    return (
      <EmptyState
        icon={HardDrive}
        title={words.noVolumes}
        action={<ButtonLink to={href('volumes')}>{words.toVolumes}</ButtonLink>}
      >
        {words.noVolumesAbout}
      </EmptyState>
    );
  }
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.volume}</th>
          <th scope="col" className="num">
            {words.size}
          </th>
          <th scope="col">{words.disk}</th>
        </tr>
      </thead>
      <tbody>
        {data.volumes.map(({ id, name, size, path, state }) => (
          <tr key={id}>
            <td className={styles.volume}>
              <Tick
                checked={chosen.includes(name)}
                disabled={state === 'missing' && !chosen.includes(name)}
                onChange={(on) => tick(chosen, name, on)}
              >
                <b>{name}</b>
              </Tick>
            </td>
            <td className="num">{format.bytes(size)}</td>
            <td>
              <span className={styles.path}>{printable(path)}</span>{' '}
              {state === 'missing' && <Pill tone="bad">{words.diskMissing}</Pill>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** Which volumes. */
export const VolumesStep = ({ now, volumes, tried, problems }: StepProps) => {
  const { measured, loading, error, reload } = volumes;
  const sum = sumOf(measured);
  const problem = problems.find((each) => each === 'volumes' || each === 'many');
  return (
    <Columns>
      <Card title={words.volumesHere}>
        <div data-wrong={tried && problem ? '' : undefined}>
          <Listed chosen={now.volumes} />
        </div>
      </Card>
      <Card title={words.chosen}>
        {error && <ErrorCard error={error} retry={reload} />}
        {now.volumes.length === 0 ? (
          <p className={tried ? styles.wrong : `quiet ${styles.note}`}>
            {tried && problem ? words.problems[problem] : words.noVolumeChosen}
          </p>
        ) : (
          <>
            <ul className={styles.chosen}>
              {now.volumes.map((name) => {
                const size = measured.find(({ volume }) => volume === name);
                return (
                  <li key={name}>
                    <span>{name}</span>
                    <span className="num">{size ? format.bytes(size.bytes) : loading && words.counting}</span>
                    <Button look="icon" aria-label={words.remove(name)} onPress={() => tick(now.volumes, name, false)}>
                      <X aria-hidden />
                    </Button>
                  </li>
                );
              })}
            </ul>
            <div className={styles.sum} aria-live="polite">
              {measured.length > 0 && (
                <Stat value={format.bytes(sum.bytes)}>
                  {words.volumesToRead}, {words.ofTheirSize(format.bytes(sum.size))}
                  {measured.length < now.volumes.length && `, ${words.counting}`}
                </Stat>
              )}
              {now.volumes.length > 1 && <span className="quiet">{words.together(now.volumes.length)}</span>}
            </div>
          </>
        )}
      </Card>
    </Columns>
  );
};
