import { type ReactNode, useEffect, useRef } from 'react';
import { setFill } from './draw.ts';
import { readPalette } from './palette.ts';
import styles from './picture.module.css';

/** What a colour and its hatch stand for. */
export const SetKey = ({ set, children }: { set: number; children: ReactNode }) => {
  const swatch = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const paint = () => {
      const canvas = swatch.current;
      const context = canvas?.getContext('2d');
      if (!canvas?.parentElement || !context) return;
      context.fillStyle = setFill(context, readPalette(canvas.parentElement), set);
      context.fillRect(0, 0, canvas.width, canvas.height);
    };
    paint();
    const theme = new MutationObserver(paint);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', paint);
    return () => {
      theme.disconnect();
      system.removeEventListener('change', paint);
    };
  }, [set]);
  return (
    <span className={styles.key}>
      <canvas ref={swatch} width={14} height={12} className={styles.swatch} aria-hidden />
      {children}
    </span>
  );
};
