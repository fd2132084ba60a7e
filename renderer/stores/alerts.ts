import { create } from 'zustand';
import type { ConsoleEvent } from '../../shared/contract/events.ts';
import { useDesktop } from './desktop.ts';

type AlertEvent = Extract<ConsoleEvent, { event: 'alert' }>;

/** Notices for this desktop that nobody has dismissed, the newest first. */
export const useAlerts = create<{ readonly alerts: readonly AlertEvent[] }>(() => ({ alerts: [] }));

const MOST = 5;

/** Whether the system shows notices of this page; in a desktop window the shell sees to that. */
export type PopUpsHere = NotificationPermission | 'by the shell';

export const popUpsHere = (): PopUpsHere => {
  if (useDesktop.getState().bridge !== null) return 'by the shell';
  return 'Notification' in window ? Notification.permission : 'denied';
};

/** Asks the person for that, as only an act of theirs may. */
export const mayPopUp = async (): Promise<PopUpsHere> => {
  await Notification.requestPermission();
  return popUpsHere();
};

const saidBy = ({ title, events }: AlertEvent): string => JSON.stringify([title, events]);

/** Shows a notice, in place of an earlier one that says the same: on the page, and by the system's own means where the person has allowed that and looks elsewhere. */
export const alerted = (event: AlertEvent): void => {
  const { alerts } = useAlerts.getState();
  useAlerts.setState({
    alerts: [event, ...alerts.filter((each) => each.alert !== event.alert && saidBy(each) !== saidBy(event))].slice(
      0,
      MOST,
    ),
  });
  if (!event.popUp || popUpsHere() !== 'granted' || document.hasFocus()) return;
  // One that is shown a second time replaces the first.
  new Notification(event.title, { body: event.events.map(({ text }) => text).join('\n'), tag: event.alert });
};

export const dismissAlert = (alert: string): void =>
  useAlerts.setState(({ alerts }) => ({ alerts: alerts.filter((each) => each.alert !== alert) }));
