import { Button } from '../components/button.tsx';
import { ErrorCard, Notice } from '../components/notices.tsx';
import { useConnection } from '../stores/connection.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

/** Says that what is shown may be old, for as long as there is no connection, or no answer over it. */
export const LostBanner = () => {
  const { state, refused, trouble, retry } = useConnection();
  if (state.kind === 'silent') {
    return (
      <div className={styles.lost} role="alert">
        <Notice
          title={words.connection.silentTitle}
          tone="bad"
          actions={<Button onPress={retry}>{words.connection.connectAnew}</Button>}
        >
          {words.connection.silentAbout(state.pid)}
        </Notice>
      </div>
    );
  }
  if (state.kind !== 'lost' && state.kind !== 'incompatible') return null;
  if (state.kind === 'lost' && trouble) {
    return (
      <div className={styles.lost}>
        <ErrorCard error={trouble} retry={retry} />
      </div>
    );
  }
  return (
    <div className={styles.lost} role="alert">
      {state.kind === 'lost' ? (
        <Notice
          title={refused ? words.connection.signedOutTitle : words.connection.lostTitle}
          tone="bad"
          actions={<Button onPress={retry}>{words.connection.tryNow}</Button>}
        >
          {refused ? words.connection.signedOutAbout : words.connection.lostAbout(state.attempt)}
        </Notice>
      ) : (
        <Notice title={words.connection.incompatible(state.version)} tone="bad" />
      )}
    </div>
  );
};
