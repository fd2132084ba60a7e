import { create } from 'zustand';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

/** How pages look. */
interface Look {
  readonly theme: Theme;
  readonly density: Density;
}

interface Preferences {
  /** Chosen in this browser; null: as the console has it. */
  readonly theme: Theme | null;
  readonly density: Density | null;
  /** What the settings of the console said when they were last seen. */
  readonly console: Look;
  /** Folder of the vault that is looked at; null: the first one. */
  readonly vault: string | null;
  /** Whether Restore has the tree of folders beside the list; null: where there is room. */
  readonly folderTree: boolean | null;
}

const KEY = 'coldframe.preferences';

const themeIn = (stored: unknown): Theme | null => THEMES.find((theme) => theme === stored) ?? null;
const densityIn = (stored: unknown): Density | null => DENSITIES.find((density) => density === stored) ?? null;

/** What a browser remembers, of the text that it kept; what that does not hold, or cannot, is as when first seen. */
export const preferencesIn = (text: string | null): Preferences => {
  let stored: Partial<Preferences> = {};
  try {
    stored = (JSON.parse(text ?? '{}') ?? {}) as Partial<Preferences>;
  } catch {
    stored = {};
  }
  return {
    theme: themeIn(stored.theme),
    density: densityIn(stored.density),
    console: {
      theme: themeIn(stored.console?.theme) ?? 'system',
      density: densityIn(stored.console?.density) ?? 'comfortable',
    },
    vault: typeof stored.vault === 'string' ? stored.vault : null,
    folderTree: typeof stored.folderTree === 'boolean' ? stored.folderTree : null,
  };
};

const remembered = (): Preferences => {
  try {
    return preferencesIn(window.localStorage.getItem(KEY));
  } catch {
    return preferencesIn(null);
  }
};

export const usePreferences = create<Preferences>(remembered);

/** What holds: what was chosen here, else what the console has. */
export const lookOf = ({ theme, density, console }: Pick<Preferences, 'theme' | 'density' | 'console'>): Look => ({
  theme: theme ?? console.theme,
  density: density ?? console.density,
});

export const prefer = (change: Partial<Preferences>): void => {
  usePreferences.setState(change);
  try {
    window.localStorage.setItem(KEY, JSON.stringify(usePreferences.getState()));
  } catch {
    // A browser that keeps nothing still shows what was chosen until it is closed.
  }
};

/** Puts theme and density on the page, now and whenever they change. */
export const applyPreferences = (root: HTMLElement): void => {
  const apply = (preferences: Preferences) => {
    const { theme, density } = lookOf(preferences);
    root.dataset.density = density;
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  apply(usePreferences.getState());
  usePreferences.subscribe(apply);
};
