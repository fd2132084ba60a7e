import { useEffect, useRef } from 'react';
import { type Palette, readPalette } from './palette.ts';
import styles from './picture.module.css';

/** Width and height of a sample, pixels. */
export const SWATCH = 14;

interface SwatchProps {
  /** Paints 14 by 14 pixels; the same function as long as it paints the same. */
  readonly paint: (canvas: CanvasRenderingContext2D, palette: Palette) => void;
}

/** A small sample of what a picture is made of, as sharp as the screen and in the theme that is on. */
export const Swatch = ({ paint }: SwatchProps) => {
  const host = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const repaint = () => {
      const canvas = host.current;
      const context = canvas?.getContext('2d');
      if (!canvas?.parentElement || !context) return;
      const ratio = window.devicePixelRatio;
      canvas.width = Math.round(SWATCH * ratio);
      canvas.height = Math.round(SWATCH * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(context, readPalette(canvas.parentElement));
    };
    repaint();
    const theme = new MutationObserver(repaint);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', repaint);
    return () => {
      theme.disconnect();
      system.removeEventListener('change', repaint);
    };
  }, [paint]);
  return <canvas ref={host} width={SWATCH} height={SWATCH} className={styles.sample} aria-hidden />;
};
