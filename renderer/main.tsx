import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { Frame } from './frame/frame.tsx';
import { Refused } from './frame/refused.tsx';
import { dataChanged } from './stores/calls.ts';
import { useConnection } from './stores/connection.ts';
import { useDesktop } from './stores/desktop.ts';
import { followJobs } from './stores/jobs.ts';
import { keepDraft } from './stores/kept-draft.ts';
import { keepPresses } from './stores/kept-press.ts';
import { applyPreferences, prefer } from './stores/preferences.ts';
import { go, href, SCREENS } from './stores/route.ts';
import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';
import { askDesktop, desktopBridge } from './transport/desktop.ts';
import { portCarrier } from './transport/port-carrier.ts';
import { remoteConsole } from './transport/remote-console.ts';
import { openSession, tokenIn } from './transport/session.ts';
import { socketAddress, webSocketCarrier } from './transport/web-socket-carrier.ts';

// Schemas compiled by eval would be refused by the content policy.
z.config({ jitless: true });
applyPreferences(document.documentElement);
keepPresses(document);
keepDraft();

const bridge = desktopBridge(window);
useDesktop.setState({ bridge });

// A console that was started again knows no session of before: only asking tells that from one that is not there.
const askWhy = async () => {
  if (bridge) useConnection.setState({ trouble: await askDesktop(bridge, 'trouble', {}) });
  else useConnection.setState({ refused: await openSession(window) });
};

const connect = () => {
  const carrier = bridge ? portCarrier(bridge, window) : webSocketCarrier(socketAddress(window.location));
  const console = remoteConsole(carrier, {
    changed: (state) => {
      const goesOn = useConnection.getState().state.kind === 'silent';
      useConnection.setState({ state });
      if (state.kind === 'lost') void askWhy().catch(() => undefined);
      if (state.kind !== 'open') return;
      useConnection.setState({ refused: null, trouble: null });
      dataChanged();
      // Whoever chose nothing in this browser sees what holds for all.
      void console.call('settings.get', {}).then(
        ({ settings: { theme, density } }) => prefer({ console: { theme, density } }),
        () => undefined,
      );
      // Over the same connection jobs are being followed still.
      if (!goesOn) void followJobs(console).catch(() => undefined);
    },
  });
  useConnection.setState({ client: console, retry: () => console.retryNow() });
};

// A fresh link in the tab that is open already changes only what stands behind the `#`.
window.addEventListener('hashchange', () => {
  if (tokenIn(window.location.hash) !== null) window.location.reload();
});

bridge?.onGo((named) => {
  const screen = SCREENS.find((known) => known === named);
  if (screen) go(href(screen));
});

const root = createRoot(document.getElementById('root') as HTMLElement);
const refused = bridge ? null : await openSession(window);
if (!refused) connect();
root.render(<StrictMode>{refused ? <Refused why={refused} /> : <Frame />}</StrictMode>);
