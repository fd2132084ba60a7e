import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { picturesWords } from '../words/pictures.ts';
import { type Palette, readPalette } from './palette.ts';
import styles from './picture.module.css';

/** `blank`: nothing is on the canvas any more of what was drawn before. */
type Draw = (canvas: CanvasRenderingContext2D, width: number, height: number, palette: Palette, blank: boolean) => void;

interface PictureProps {
  readonly draw: Draw;
  readonly height: number;
  /** What there is to see, in a sentence. */
  readonly label: string;
  /** It is drawn over what is there, rather than anew each time. */
  readonly adding?: boolean;
  /** All of it in words. */
  readonly children?: ReactNode;
  readonly onPoint?: (x: number, y: number, width: number) => void;
}

/** A canvas that follows its size, the density of the screen and the theme, and says in words what it shows. */
export const Picture = ({ draw, height, label, adding = false, children, onPoint }: PictureProps) => {
  const host = useRef<HTMLCanvasElement>(null);
  const drawing = useRef(draw);
  const repaint = useRef<() => void>(() => undefined);
  drawing.current = draw;

  useEffect(() => {
    const canvas = host.current;
    const parent = canvas?.parentElement;
    const context = canvas?.getContext('2d');
    if (!canvas || !context || !parent) return;
    let palette = readPalette(parent);
    let frame = 0;
    let blank = true;
    const paint = () => {
      frame = 0;
      const { clientWidth: width, clientHeight: tall } = canvas;
      const ratio = window.devicePixelRatio;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(tall * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(tall * ratio);
        blank = true;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (blank || !adding) context.clearRect(0, 0, width, tall);
      if (width > 0) drawing.current(context, width, tall, palette, blank || !adding);
      blank = false;
    };
    repaint.current = () => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    const recolour = () => {
      palette = readPalette(parent);
      blank = true;
      repaint.current();
    };
    const size = new ResizeObserver(() => repaint.current());
    size.observe(canvas);
    const theme = new MutationObserver(recolour);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', recolour);
    return () => {
      cancelAnimationFrame(frame);
      size.disconnect();
      theme.disconnect();
      system.removeEventListener('change', recolour);
    };
  }, [adding]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another drawing is what repainting is for.
  useEffect(() => repaint.current(), [draw]);

  const point = (event: MouseEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onPoint?.(event.clientX - box.left, event.clientY - box.top, box.width);
  };
  return (
    <figure className={styles.picture}>
      <canvas
        ref={host}
        className={styles.canvas}
        style={{ height }}
        role="img"
        aria-label={label}
        onClick={onPoint ? point : undefined}
      />
      {children && (
        <details className={styles.words}>
          <summary>{picturesWords.inWords}</summary>
          {children}
        </details>
      )}
    </figure>
  );
};
