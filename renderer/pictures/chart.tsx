import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { format } from '../words/format.ts';
import { axisMoments } from './axis-moments.ts';
import styles from './chart.module.css';
import { type Palette, readPalette } from './palette.ts';
import { COUNT_STEPS, SIZE_STEPS, SPAN_STEPS, timeRange } from './trend.ts';

interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Number of its colour among those of sets. */
  readonly colour: number;
  readonly look: 'line' | 'dashed' | 'bars';
}

interface ChartProps {
  /** What there is to see, in a sentence. */
  readonly label: string;
  /** Seconds since 1970, rising. */
  readonly at: readonly number[];
  readonly series: readonly ChartSeries[];
  /** Of all values: bytes, milliseconds, or things. */
  readonly unit: 'bytes' | 'span' | 'count';
}

const HEIGHT = 200;
/** Where there are more values, a line without dots is clearer. */
const MOST_DOTS = 60;
const FONT = '11px "IBM Plex Mono", ui-monospace, monospace';

const TEXT = { bytes: format.bytes, span: format.duration, count: format.count };
const STEPS = { bytes: [...SIZE_STEPS], span: [...SPAN_STEPS], count: [...COUNT_STEPS] };

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

const seriesOf = ({ name, values, colour, look }: ChartSeries, palette: Palette): uPlot.Series => {
  const stroke = palette.sets[colour] ?? palette.ink;
  const bars = look === 'bars' ? uPlot.paths.bars?.({ size: [0.5, 14, 2] }) : undefined;
  return {
    label: name,
    stroke,
    width: look === 'bars' ? 0 : 2,
    spanGaps: true,
    ...(look === 'dashed' ? { dash: [5, 3] } : {}),
    points: { show: look === 'line' && values.length <= MOST_DOTS, size: 5, fill: stroke },
    ...(bars === undefined ? {} : { paths: bars, fill: stroke }),
  };
};

const optionsOf = (
  { at, series, unit }: Pick<ChartProps, 'at' | 'series' | 'unit'>,
  palette: Palette,
  width: number,
  pointed: (index: number | null) => void,
): uPlot.Options => {
  const axis: uPlot.Axis = {
    stroke: palette.ink3,
    font: FONT,
    grid: { stroke: palette.line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
    scales: {
      x: { time: true, range: () => timeRange(at) },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, splits) => axisMoments(splits),
        space: 70,
        size: 42,
      },
      { ...axis, values: (_, splits) => splits.map(TEXT[unit]), incrs: STEPS[unit], size: 76, space: 34 },
    ],
    series: [{}, ...series.map((each) => seriesOf(each, palette))],
    hooks: { setCursor: [({ cursor }) => pointed(cursor.idx ?? null)] },
  };
};

/** Values over time, which follow the room there is and the theme. All of them also stand in a table, which is the caller's. */
export const Chart = ({ label, at, series, unit }: ChartProps) => {
  const host = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const drawn = useMemo(() => ({ at, series, unit }), [at, series, unit]);

  useEffect(() => {
    const place = host.current;
    if (!place) return;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      const data = [[...drawn.at], ...drawn.series.map(({ values }) => [...values])] as uPlot.AlignedData;
      plot = new uPlot(optionsOf(drawn, readPalette(place), place.clientWidth, setPointed), data, place);
    };
    draw();
    const size = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: HEIGHT }));
    size.observe(place);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', draw);
    return () => {
      size.disconnect();
      theme.disconnect();
      system.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [drawn]);

  const moment = pointed === null ? undefined : at[pointed];
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.key}>
        {series.map(({ name, values, colour }) => {
          const value = pointed === null ? null : (values[pointed] ?? null);
          return (
            <span key={name}>
              <i data-colour={colour} />
              {name} {value !== null && <b className="num">{TEXT[unit](value)}</b>}
            </span>
          );
        })}
        {moment !== undefined && <span className="num">{format.date(isoOf(moment))}</span>}
      </figcaption>
      <div ref={host} role="img" aria-label={label} className={styles.plot} />
    </figure>
  );
};
