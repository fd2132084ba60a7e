import { Button } from '../components/button.tsx';
import { Notice } from '../components/notices.tsx';
import { dismissAlert, useAlerts } from '../stores/alerts.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

/** Notices for the desktop, until somebody dismisses them. */
export const AlertBanner = () => {
  const { alerts } = useAlerts();
  return alerts.map(({ alert, title, events }) => (
    <div key={alert} className={styles.lost} role="status">
      <Notice title={title} actions={<Button onPress={() => dismissAlert(alert)}>{words.dismiss}</Button>}>
        {events.map(({ text }) => (
          <div key={text}>{text}</div>
        ))}
      </Notice>
    </div>
  ));
};
