import type { Check } from '../../../shared/contract/system.ts';

/** What a probe found, before it has a name. */
export type Finding = Pick<Check, 'state' | 'detail' | 'remedy'>;

export interface Probe {
  readonly area: string;
  readonly name: string;
  readonly look: () => Finding | Promise<Finding>;
  /** What would make it work, if looking at it fails. */
  readonly remedy: string;
}

export const works = (detail: string): Finding => ({ state: 'works', detail, remedy: '' });
export const limited = (detail: string, remedy: string): Finding => ({ state: 'limited', detail, remedy });
export const missing = (detail: string, remedy: string): Finding => ({ state: 'missing', detail, remedy });

/** Looks; whatever a probe throws means that the thing does not work. */
export const runProbe = async ({ area, name, look, remedy }: Probe): Promise<Check> => {
  try {
    return { area, name, ...(await look()) };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { area, name, ...missing(reason, remedy) };
  }
};
