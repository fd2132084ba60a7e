import { useState } from 'react';
import type { InputOf } from '../../../shared/contract/contract.ts';
import type { NoticeView } from '../../../shared/contract/notices.ts';
import { NOTICE_EVENTS, NOTICE_SENDS, type NoticeEvent } from '../../../shared/model/notice.ts';
import { Card } from '../../components/layout.tsx';
import { Select } from '../../components/select.tsx';
import { change } from '../../stores/calls.ts';
import { said } from '../../stores/said.ts';
import { noticesWords as words } from '../../words/notices.ts';
import styles from './notices.module.css';

type Wish = InputOf<'notice.rule'>['send'];

/** No object is called so: names have no slash. */
const ALL = '/';

const sendOf = ({ rules }: NoticeView, event: NoticeEvent, object: string): Wish =>
  rules.find((rule) => rule.event === event && (rule.object ?? ALL) === object)?.send ?? 'default';

/** When each notice tells of each event, of all objects or of one. */
export const RuleTable = (props: { notices: readonly NoticeView[]; objects: readonly string[] }) => {
  const [object, setObject] = useState(ALL);
  const sends = NOTICE_SENDS.map((send): { value: Wish; title: string } => ({ value: send, title: words.sends[send] }));
  const options = object === ALL ? sends : [{ value: 'default' as const, title: words.asForAll }, ...sends];
  const set = (notice: string, event: NoticeEvent, send: Wish) =>
    void change('notice.rule', { notice, event, send, ...(object === ALL ? {} : { object }) }).catch(said);
  const chooser = (
    <Select
      label={words.rulesFor}
      hideLabel
      value={object}
      onChange={setObject}
      options={[
        { value: ALL, title: words.allObjects },
        ...props.objects.map((name) => ({ value: name, title: name })),
      ]}
    />
  );
  return (
    <Card title={words.rules} aside={props.objects.length > 0 && chooser}>
      <div className={styles.scroll}>
        <table className={styles.rules}>
          <thead>
            <tr>
              <th scope="col">{words.event}</th>
              {props.notices.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {NOTICE_EVENTS.map((event) => (
              <tr key={event}>
                <th scope="row">{words.events[event]}</th>
                {props.notices.map((notice) => (
                  <td key={notice.id} data-send={sendOf(notice, event, object)}>
                    <Select
                      label={words.ruleOf(words.events[event], notice.name)}
                      hideLabel
                      bare
                      value={sendOf(notice, event, object)}
                      onChange={(send) => set(notice.name, event, send)}
                      options={options}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
};
