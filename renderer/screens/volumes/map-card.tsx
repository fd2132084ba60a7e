import { useCallback, useMemo, useRef, useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { VolumeView } from '../../../shared/contract/volumes.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { Select } from '../../components/select.tsx';
import { drawVolumeMap } from '../../pictures/draw-volume-map.ts';
import type { Palette } from '../../pictures/palette.ts';
import { Picture } from '../../pictures/picture.tsx';
import { layVolumeMap, MAP_LAYERS, type MapLayer, volumeMapHeight } from '../../pictures/volume-map.ts';
import { change } from '../../stores/calls.ts';
import { useNow } from '../../stores/clock.ts';
import { useLive } from '../../stores/live.ts';
import { format } from '../../words/format.ts';
import { picturesWords } from '../../words/pictures.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import { MapLegend, MapScale } from './map-legend.tsx';
import { layerText, type MapLayers, MapWords } from './map-words.tsx';
import styles from './volumes.module.css';

type VolumePicture = OutputOf<'volume.picture'>;

/** Parts that the console counts in: more than there are cells, so that a window can be resized without asking again. */
const PARTS = 4096;
const TALLEST = 220;
const LAST = '';

interface MapPictureProps {
  readonly picture: VolumePicture;
  readonly layers: MapLayers;
}

const MapPicture = ({ picture, layers }: MapPictureProps) => {
  const { volume, segments, segmentBytes } = picture;
  const [drawn, setDrawn] = useState<readonly MapLayer[]>(MAP_LAYERS);
  const [cellSegments, setCellSegments] = useState(1);
  const data = useMemo(() => {
    const nothing = layers.snapshot.cells.map(() => 0);
    const of = (layer: MapLayer) => (drawn.includes(layer) ? layers[layer].cells : nothing);
    return { segments, parts: { snapshot: of('snapshot'), backup: of('backup'), unprotected: of('unprotected') } };
  }, [layers, segments, drawn]);
  const draw = useCallback(
    (canvas: CanvasRenderingContext2D, width: number, height: number, palette: Palette) => {
      const layout = layVolumeMap(data, width, height);
      drawVolumeMap(canvas, palette, layout);
      setCellSegments(layout.cellSegments);
    },
    [data],
  );
  const amountOf = ({ segments: held }: MapLayers[MapLayer]) =>
    words.mapAmount(format.bytes(held * segmentBytes), words.share(held, segments));
  const label = MAP_LAYERS.map((name) => `${words.layers[name].title}: ${layerText(layers[name], picture)}.`).join(' ');
  return (
    <>
      <MapLegend
        drawn={drawn}
        draw={(layer, on) => setDrawn(MAP_LAYERS.filter((one) => (one === layer ? on : drawn.includes(one))))}
        amounts={{
          snapshot: amountOf(layers.snapshot),
          backup: amountOf(layers.backup),
          unprotected: amountOf(layers.unprotected),
        }}
      />
      <Picture draw={draw} height={volumeMapHeight(segments, TALLEST)} label={words.mapLabel(volume, label)} />
      <MapScale cell={format.bytes(cellSegments * segmentBytes)} />
      <details className={styles.words}>
        <summary>{picturesWords.inWords}</summary>
        <MapWords picture={picture} layers={layers} />
      </details>
    </>
  );
};

const Idle = ({ volume }: { volume: VolumeView }) =>
  volume.state === 'missing' ? (
    <p className="quiet">{words.mapMissing}</p>
  ) : (
    <div className={styles.idle}>
      <b>{words.mapIdle}</b>
      <p className="quiet">{words.mapIdleAbout}</p>
      <Button onPress={() => change('volume.maps', { volume: volume.name })}>{words.mapRead}</Button>
    </div>
  );

/** The maps of a volume as layers of one picture, about once a second as they are. */
export const MapCard = ({ volume }: { volume: VolumeView }) => {
  const now = useNow();
  const [since, setSince] = useState(LAST);
  const known = volume.checkpoints.some(({ id }) => id === since) ? since : LAST;
  const { data, error, reload } = useLive('volume.picture', {
    volume: volume.name,
    cells: PARTS,
    ...(known === LAST ? {} : { since: known }),
  });
  // Another checkpoint is another question: until it is answered the picture of the one before stays.
  const latest = useRef<VolumePicture | null>(null);
  latest.current = data ?? latest.current;
  const picture = latest.current;
  const { checkpoints } = volume;
  return (
    <Card
      title={words.map}
      aside={
        checkpoints.length > 1 &&
        picture?.layers && (
          <span className={styles.layer}>
            <span aria-hidden>{words.since}</span>
            <Select
              label={words.since}
              hideLabel
              bare
              value={known}
              onChange={setSince}
              options={[
                { value: LAST, title: words.sinceLast },
                ...checkpoints.toReversed().map(({ id, createdAt }) => ({
                  value: id,
                  title: words.sinceCheckpoint(format.when(createdAt, now)),
                })),
              ]}
            />
          </span>
        )
      }
      padded
    >
      {!picture && (error ? <ErrorCard error={error} retry={reload} /> : <Loading />)}
      {picture && !picture.layers && <Idle volume={volume} />}
      {picture?.layers && (
        <>
          {checkpoints.length < 2 && (
            <p className={`quiet ${styles.note}`}>
              {checkpoints.length === 0 ? words.noCheckpoint : words.oneCheckpoint}
            </p>
          )}
          <MapPicture picture={picture} layers={picture.layers} />
        </>
      )}
    </Card>
  );
};
