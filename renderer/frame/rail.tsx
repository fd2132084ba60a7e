import {
  Activity,
  Archive,
  ArchiveRestore,
  BadgeCheck,
  BellRing,
  CalendarClock,
  CassetteTape,
  ChartColumn,
  Fingerprint,
  HardDrive,
  Info,
  LayoutDashboard,
  type LucideIcon,
  ScrollText,
  Settings,
  ShieldCheck,
  Stethoscope,
} from 'lucide-react';
import { isActive, useJobs } from '../stores/jobs.ts';
import { href, type Screen, useRoute } from '../stores/route.ts';
import { words } from '../words/words.ts';
import styles from './frame.module.css';

const STATIONS: readonly (readonly (readonly [Screen, LucideIcon])[])[] = [
  [
    ['overview', LayoutDashboard],
    ['protect', ShieldCheck],
    ['jobs', Activity],
    ['restore', ArchiveRestore],
    ['volumes', HardDrive],
    ['media', CassetteTape],
    ['schedules', CalendarClock],
    ['retention', Archive],
    ['checks', BadgeCheck],
    ['notices', BellRing],
    ['reports', ChartColumn],
  ],
  [
    ['activity', ScrollText],
    ['audit', Fingerprint],
    ['doctor', Stethoscope],
    ['settings', Settings],
    ['about', Info],
  ],
];

/** Where one can go. */
export const Rail = () => {
  const { screen } = useRoute();
  const active = useJobs(({ jobs }) => Object.values(jobs).filter(isActive).length);
  return (
    <nav className={styles.rail} aria-label={words.stations}>
      {STATIONS.map((group, index) => [
        index > 0 && <hr key={`before ${group[0]?.[0]}`} />,
        ...group.map(([station, Icon]) => (
          <a
            key={station}
            href={href(station)}
            className={styles.station}
            title={words.screens[station]}
            aria-current={station === screen ? 'page' : undefined}
          >
            <Icon aria-hidden />
            <span>{words.screens[station]}</span>
            {station === 'jobs' && active > 0 && <span className={styles.count}>{active}</span>}
          </a>
        )),
      ])}
    </nav>
  );
};
