import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { LayerView } from '../../../shared/contract/volumes.ts';
import { MAP_LAYERS } from '../../pictures/volume-map.ts';
import { format } from '../../words/format.ts';
import { volumesWords as words } from '../../words/volumes.ts';
import styles from './volumes.module.css';

type VolumePicture = OutputOf<'volume.picture'>;
export type MapLayers = NonNullable<VolumePicture['layers']>;

/** How much of the volume a map holds, as the text beside its picture says it. */
export const layerText = (
  { segments: held }: LayerView,
  { segments, segmentBytes }: Pick<VolumePicture, 'segments' | 'segmentBytes'>,
): string => words.mapSegments(held, segments, format.bytes(held * segmentBytes), words.share(held, segments));

/** All that the picture shows, as text: how much each map holds, and its largest runs. */
export const MapWords = ({ picture, layers }: { picture: VolumePicture; layers: MapLayers }) => (
  <div className={styles.said}>
    {MAP_LAYERS.map((name) => {
      const layer = layers[name];
      return (
        <div key={name}>
          <b>{words.layers[name].title}</b>
          <div>{layerText(layer, picture)}</div>
          {layer.largest.length > 0 && (
            <>
              <div className="faint">{layer.whole ? words.largest : words.largestOfFirst}</div>
              <ul>
                {layer.largest.map(([start, count]) => (
                  <li key={start}>
                    {words.run(
                      start,
                      start + count - 1,
                      format.bytes(count * picture.segmentBytes),
                      format.bytes(start * picture.segmentBytes),
                    )}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      );
    })}
  </div>
);
