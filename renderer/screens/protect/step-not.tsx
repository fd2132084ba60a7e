import { Plus } from 'lucide-react';
import type { MeasureSample } from '../../../shared/contract/places.ts';
import { printable } from '../../../shared/model/printable.ts';
import { UNPROTECTED_TYPES } from '../../../shared/model/selection.ts';
import { Button } from '../../components/button.tsx';
import { Tick } from '../../components/field.tsx';
import { Card, Columns, Stack } from '../../components/layout.tsx';
import { ErrorCard } from '../../components/notices.tsx';
import { draft } from '../../stores/protect-draft.ts';
import { format } from '../../words/format.ts';
import { TYPE_WORDS, protectWords as words } from '../../words/protect.ts';
import { EffectCard } from './effect-card.tsx';
import { effectParts } from './effect-parts.ts';
import styles from './protect.module.css';
import { RuleField } from './rule-field.tsx';
import type { StepProps } from './step-props.ts';
import { TypePatterns } from './type-patterns.tsx';

const Effect = ({ sample, current }: { sample: MeasureSample; current: boolean }) => {
  const largest = sample.leftOut
    .flatMap(({ largest: each }) => each)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 8);
  return (
    <Stack>
      <EffectCard bytes={sample.bytes} parts={effectParts(sample)} counting={!(current && sample.finished)} />
      <Card title={words.largest}>
        <table>
          <tbody>
            {largest.map(({ path, bytes }) => (
              <tr key={path}>
                <td className={styles.path}>{printable(path)}</td>
                <td className="num">{format.bytes(bytes)}</td>
              </tr>
            ))}
            {largest.length === 0 && (
              <tr>
                <td className="quiet">{words.nothingLeftOut}</td>
              </tr>
            )}
          </tbody>
        </table>
      </Card>
    </Stack>
  );
};

const NOTHING = { elements: 0, bytes: 0 };

/** What not to keep, with its effect while one chooses. */
export const NotStep = ({ now, measure, ruleProblems }: StepProps) => {
  const { sample, current, error } = measure;
  const out = (rule: string) => sample?.leftOut.find((each) => each.rule === rule);
  const put = (place: number, to: string) =>
    draft({ exclude: now.exclude.map((rule, index) => (index === place ? to : rule)) });
  return (
    <Columns>
      <Card title={words.types}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.type}</th>
              <th scope="col">{words.foundBy}</th>
              <th scope="col" className="num">
                {words.elementsHead}
              </th>
              <th scope="col" className="num">
                {words.leftOut}
              </th>
            </tr>
          </thead>
          <tbody>
            {UNPROTECTED_TYPES.filter((type) => type !== 'free').map((type) => {
              const on = now.unprotect.includes(type);
              const found = on ? (out(type) ?? (sample && current ? NOTHING : undefined)) : undefined;
              return (
                <tr key={type}>
                  <td>
                    <Tick
                      checked={on}
                      onChange={(ticked) =>
                        draft({
                          unprotect: UNPROTECTED_TYPES.filter((each) =>
                            each === type ? ticked : now.unprotect.includes(each),
                          ),
                        })
                      }
                    >
                      <b>{TYPE_WORDS[type].title}</b>
                    </Tick>
                  </td>
                  <td className="quiet">
                    {TYPE_WORDS[type].about}
                    <TypePatterns type={type} />
                  </td>
                  <td className="num">{found ? format.count(found.elements) : ''}</td>
                  <td className="num">{found ? format.bytes(found.bytes) : ''}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <div className={styles.rules}>
          <h3>{words.own}</h3>
          {now.exclude.map((pattern, index) => (
            <RuleField
              // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place while it is typed.
              key={index}
              pattern={pattern}
              roots={now.roots}
              put={(to) => put(index, to)}
              remove={() => draft({ exclude: now.exclude.filter((_, place) => place !== index) })}
              found={current ? out(`glob:${pattern}`) : undefined}
              problem={ruleProblems.get(pattern)}
            />
          ))}
          <div>
            <Button look="ghost" onPress={() => draft({ exclude: [...now.exclude, ''] })}>
              <Plus aria-hidden /> {words.addRule}
            </Button>
          </div>
        </div>
      </Card>
      {sample && <Effect sample={sample} current={current} />}
      {error && <ErrorCard error={error} />}
    </Columns>
  );
};
