import type { Check } from '../../shared/contract/system.ts';
import { printable } from '../../shared/model/printable.ts';
import type { Session } from './session.ts';

const SIGNS: Readonly<Record<Check['state'], string>> = { works: 'ok  ', limited: 'part', missing: 'no  ' };

/** Shows what works on this machine; what does not is no failure of the command. */
export const doctor = async (session: Session): Promise<number> => {
  const result = await session.call('doctor', {});
  session.answer(result, () => {
    const lines = [`Coldframe ${result.version} on ${result.platform}, home ${result.home}`];
    for (const [area, checks] of Map.groupBy(result.checks, (check) => check.area)) {
      lines.push('', area);
      for (const { state, name, detail, remedy } of checks) {
        lines.push(printable(`  ${SIGNS[state]}  ${name}: ${detail}`));
        if (remedy !== '') lines.push(printable(`        ${remedy}`));
      }
    }
    return lines.join('\n');
  });
  return 0;
};
