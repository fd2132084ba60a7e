import type { ComponentType } from 'react';
import type { Route, Screen } from '../stores/route.ts';
import { ChecksScreen } from './checks/checks-screen.tsx';
import { JobsScreen } from './jobs/jobs-screen.tsx';
import { MediaScreen } from './media/media-screen.tsx';
import { NoticesScreen } from './notices/notices-screen.tsx';
import { OverviewScreen } from './overview/overview-screen.tsx';
import { ProtectScreen } from './protect/protect-screen.tsx';
import { ReportsScreen } from './reports/reports-screen.tsx';
import { RestoreScreen } from './restore/restore-screen.tsx';
import { RetentionScreen } from './retention/retention-screen.tsx';
import { SchedulesScreen } from './schedules/schedules-screen.tsx';
import { SearchScreen } from './search/search-screen.tsx';
import { AboutScreen } from './system/about-screen.tsx';
import { ActivityScreen } from './system/activity-screen.tsx';
import { AuditScreen } from './system/audit-screen.tsx';
import { DoctorScreen } from './system/doctor-screen.tsx';
import { SettingsScreen } from './system/settings-screen.tsx';
import { VolumesScreen } from './volumes/volumes-screen.tsx';
import { WelcomeScreen } from './welcome/welcome-screen.tsx';

/** Every screen: one that has a name and no view does not compile. */
export const SCREEN_VIEWS: Readonly<Record<Screen, ComponentType<{ route: Route }>>> = {
  overview: OverviewScreen,
  welcome: WelcomeScreen,
  protect: ProtectScreen,
  jobs: JobsScreen,
  restore: RestoreScreen,
  search: SearchScreen,
  volumes: VolumesScreen,
  media: MediaScreen,
  schedules: SchedulesScreen,
  retention: RetentionScreen,
  checks: ChecksScreen,
  notices: NoticesScreen,
  reports: ReportsScreen,
  activity: ActivityScreen,
  audit: AuditScreen,
  doctor: DoctorScreen,
  settings: SettingsScreen,
  about: AboutScreen,
};
