import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { Frame } from './frame/frame.tsx';
import { Refused } from './frame/refused.tsx';
import { dataChanged } from './stores/calls.ts';
import { useConnection } from './stores/connection.ts';
import { followJobs } from './stores/jobs.ts';
import { applyPreferences } from './stores/preferences.ts';
import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';
import { remoteConsole } from './transport/remote-console.ts';
import { openSession, tokenIn } from './transport/session.ts';
import { socketAddress, webSocketCarrier } from './transport/web-socket-carrier.ts';

// Schemas compiled by eval would be refused by the content policy.
z.config({ jitless: true });
applyPreferences(document.documentElement);

// A console that was started again knows no session of before: only asking tells that from one that is not there.
const askWhy = async () => useConnection.setState({ refused: await openSession(window) });

const connect = () => {
  const console = remoteConsole(webSocketCarrier(socketAddress(window.location)), {
    changed: (state) => {
      useConnection.setState({ state });
      if (state.kind === 'lost') void askWhy();
      if (state.kind !== 'open') return;
      useConnection.setState({ refused: null });
      dataChanged();
      void followJobs(console).catch(() => undefined);
    },
  });
  useConnection.setState({ client: console, retry: () => console.retryNow() });
};

// A fresh link in the tab that is open already changes only what stands behind the `#`.
window.addEventListener('hashchange', () => {
  if (tokenIn(window.location.hash) !== null) window.location.reload();
});

const root = createRoot(document.getElementById('root') as HTMLElement);
const refused = await openSession(window);
if (!refused) connect();
root.render(<StrictMode>{refused ? <Refused why={refused} /> : <Frame />}</StrictMode>);
