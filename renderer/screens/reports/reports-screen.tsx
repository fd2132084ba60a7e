import type { Route } from '../../stores/route.ts';
import { MonthView } from './month.tsx';
import { ObjectCharts } from './object-charts.tsx';

/** The report of a month, or the charts of one object. */
export const ReportsScreen = ({ route }: { route: Route }) =>
  route.id === null ? <MonthView /> : <ObjectCharts key={route.id} object={route.id} />;
