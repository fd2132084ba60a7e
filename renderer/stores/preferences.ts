import { create } from 'zustand';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

interface Preferences {
  readonly theme: Theme;
  readonly density: Density;
  /** Folder of the vault that is looked at; null: the first one. */
  readonly vault: string | null;
  /** Whether Restore has the tree of folders beside the list; null: where there is room. */
  readonly folderTree: boolean | null;
}

const KEY = 'coldframe.preferences';

/** What this browser remembers; what it does not hold, or cannot, is as when first seen. */
const remembered = (): Preferences => {
  let stored: Partial<Preferences> = {};
  try {
    stored = JSON.parse(window.localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
  } catch {
    stored = {};
  }
  return {
    theme: THEMES.find((theme) => theme === stored.theme) ?? 'system',
    density: DENSITIES.find((density) => density === stored.density) ?? 'comfortable',
    vault: typeof stored.vault === 'string' ? stored.vault : null,
    folderTree: typeof stored.folderTree === 'boolean' ? stored.folderTree : null,
  };
};

export const usePreferences = create<Preferences>(remembered);

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
  const apply = ({ theme, density }: Preferences) => {
    root.dataset.density = density;
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  apply(usePreferences.getState());
  usePreferences.subscribe(apply);
};
