import { printable } from '../../../shared/model/printable.ts';
import { useMeasure } from '../../stores/measure.ts';
import { DEFAULT_UNPROTECTED, draft } from '../../stores/protect-draft.ts';
import { href } from '../../stores/route.ts';
import { useSettled } from '../../stores/settled.ts';
import { TYPE_WORDS } from '../../words/protect.ts';
import { welcomeWords as words } from '../../words/welcome.ts';
import { leftOutText } from './left-out-text.ts';

/** What the first backup will not keep, with how much that is in the folder that was chosen, and where to choose otherwise. */
export const LeftOut = ({ folder }: { folder: string }) => {
  const path = useSettled(folder);
  const { sample, current, error } = useMeasure(
    path.startsWith('/') ? { roots: [{ path }], unprotect: [...DEFAULT_UNPROTECTED] } : null,
  );
  const counted = current && error === null && sample?.finished ? sample : null;
  return (
    <p className="quiet">
      {words.leftOut(DEFAULT_UNPROTECTED.map((type) => `${TYPE_WORDS[type].title} (${TYPE_WORDS[type].about})`))}{' '}
      <span role="status">
        {counted && printable(leftOutText(counted))}
        {current && error && printable(words.leftOutUnknown(error.message))}
      </span>{' '}
      <a href={href('protect')} onClick={() => draft({ step: 'what', kind: 'files', roots: path ? [{ path }] : [] })}>
        {words.chooseLeftOut}
      </a>
      {words.changeLater}
    </p>
  );
};
