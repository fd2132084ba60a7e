export const SET_COLOURS = 6;

/** The colours of the page as a canvas needs them. */
export interface Palette {
  readonly sets: readonly string[];
  readonly sunken: string;
  readonly surface: string;
  readonly line: string;
  readonly ink: string;
  readonly ink3: string;
  readonly accent: string;
  readonly wash: string;
  readonly bad: string;
}

/** Reads the tokens as they are now, in the theme that is on. */
export const readPalette = (host: HTMLElement): Palette => {
  const probe = document.createElement('span');
  host.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    sets: Array.from({ length: SET_COLOURS }, (_, index) => colour(`set-${index + 1}`)),
    sunken: colour('sunken'),
    surface: colour('surface'),
    line: colour('line'),
    ink: colour('ink'),
    ink3: colour('ink-3'),
    accent: colour('accent'),
    wash: colour('accent-wash'),
    bad: colour('bad'),
  };
  probe.remove();
  return palette;
};
