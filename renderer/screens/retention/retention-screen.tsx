import { Archive } from 'lucide-react';
import { ButtonLink } from '../../components/button.tsx';
import { Card, PageHead } from '../../components/layout.tsx';
import { EmptyState, ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { href, type Route } from '../../stores/route.ts';
import { retentionWords as words } from '../../words/retention.ts';
import { ObjectRetention } from './object-retention.tsx';
import styles from './retention.module.css';

const Line = ({ object }: { object: string }) => {
  const { data } = useQuery('retention.show', { object });
  return (
    <tr>
      <td>
        <a href={href('retention', object)} className={styles.name}>
          {object}
        </a>
      </td>
      <td>
        {data && (data.active ? words.shortRules(data.rules) : <span className="faint">{words.everything}</span>)}
      </td>
      <td>
        <span className="num">{data && data.marks.length > 0 ? data.marks.length : ''}</span>
      </td>
      <td className={styles.right}>
        {data && (
          <ButtonLink
            to={href('retention', object)}
            label={data.active ? words.changeOf(object) : words.setRulesOf(object)}
          >
            {data.active ? words.change : words.setRules}
          </ButtonLink>
        )}
      </td>
    </tr>
  );
};

const AllObjects = () => {
  const { data, error, reload } = useQuery('object.list', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  return (
    <>
      <PageHead title={words.title} about={words.about} />
      <Card>
        {data.objects.length === 0 ? (
          <EmptyState
            icon={Archive}
            title={words.nothing}
            action={<ButtonLink to={href('protect')}>{words.protect}</ButtonLink>}
          >
            {words.nothingAbout}
          </EmptyState>
        ) : (
          <table className={`${styles.list} ${styles.objects}`}>
            <thead>
              <tr>
                <th scope="col">{words.object}</th>
                <th scope="col">{words.keeps}</th>
                <th scope="col">{words.held}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {data.objects.map(({ name }) => (
                <Line key={name} object={name} />
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </>
  );
};

/** What each object keeps, or one of them. */
export const RetentionScreen = ({ route }: { route: Route }) =>
  route.id === null ? <AllObjects /> : <ObjectRetention key={route.id} object={route.id} />;
