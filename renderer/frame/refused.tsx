import { Notice } from '../components/notices.tsx';
import { words } from '../words/words.ts';

/** All there is to see without a session. */
export const Refused = () => (
  <main>
    <Notice title={words.connection.refused} tone="bad">
      {words.connection.refusedAbout}
    </Notice>
  </main>
);
