import { X } from 'lucide-react';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Card, Columns, Stat } from '../../components/layout.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { wholePath } from '../../stores/paths.ts';
import { draft, withRoot } from '../../stores/protect-draft.ts';
import { format } from '../../words/format.ts';
import { protectWords as words } from '../../words/protect.ts';
import { PlaceTree } from './place-tree.tsx';
import styles from './protect.module.css';
import type { StepProps } from './step-props.ts';
import { TypedFolder } from './typed-folder.tsx';

/** Which folders. */
export const WhatStep = ({ now, measure, tried, problems }: StepProps) => {
  const { sample, current, error } = measure;
  const left = sample?.leftOut.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  const sizeOf = (path: string) => sample?.roots.find((root) => wholePath(root) === path) ?? null;
  return (
    <Columns>
      <Card title={words.folders}>
        <TypedFolder roots={now.roots} tick={(root) => draft({ roots: withRoot(now.roots, root, true) })} />
        <div data-wrong={tried && problems.includes('roots') ? '' : undefined}>
          <PlaceTree
            roots={now.roots}
            tick={(root, on) => draft({ roots: withRoot(now.roots, root, on) })}
            kept={{ unprotect: [...now.unprotect], exclude: now.exclude.filter(Boolean) }}
          />
        </div>
      </Card>
      <Card title={words.chosen}>
        {error && <ErrorCard error={error} />}
        {now.roots.length === 0 ? (
          <p className="quiet" style={{ padding: 'var(--pad)' }}>
            {words.nothingChosen}
          </p>
        ) : (
          <>
            <ul className={styles.chosen}>
              {now.roots.map((root) => {
                const size = sizeOf(wholePath(root));
                return (
                  <li key={wholePath(root)}>
                    <span className={styles.path}>{printable(root.path)}</span>
                    <span className="num">
                      {size ? format.bytes(size.bytes) : words.counting}
                      {size && !size.finished ? ' …' : ''}
                    </span>
                    <Button
                      look="icon"
                      aria-label={words.remove(printable(root.path))}
                      onPress={() => draft({ roots: withRoot(now.roots, root, false) })}
                    >
                      <X aria-hidden />
                    </Button>
                  </li>
                );
              })}
            </ul>
            {sample && (
              <div className={styles.sum} aria-live="polite">
                <Stat value={format.bytes(sample.bytes)}>
                  {words.counted(sample.elements)}
                  {current && sample.finished ? '' : `, ${words.counting}`}
                </Stat>
                {left > 0 && <span className="quiet">{words.withoutTypes(format.bytes(left))}</span>}
                {sample.unreadable.elements > 0 && (
                  <span className="quiet">{words.unreadable(sample.unreadable.elements)}</span>
                )}
              </div>
            )}
          </>
        )}
      </Card>
    </Columns>
  );
};
