import { create } from 'zustand';
import type { DesktopBridge } from '../../shared/desktop/channels.ts';

/** The desktop window that the page is in; null in a browser. */
export const useDesktop = create<{ readonly bridge: DesktopBridge | null }>(() => ({ bridge: null }));
