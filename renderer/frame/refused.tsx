import { ErrorCard } from '../components/notices.tsx';
import type { Refused as Why } from '../transport/session.ts';
import { Brand } from './brand.tsx';
import styles from './frame.module.css';

/** All there is to see without a session. */
export const Refused = ({ why }: { why: Why }) => (
  <main className={styles.refused}>
    <Brand />
    <ErrorCard error={why} retry={() => window.location.reload()} />
  </main>
);
