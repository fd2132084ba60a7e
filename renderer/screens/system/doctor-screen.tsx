import { Stethoscope } from 'lucide-react';
import { printable } from '../../../shared/model/printable.ts';
import { Button } from '../../components/button.tsx';
import { Card, Facts, PageHead, Stack } from '../../components/layout.tsx';
import { Pill } from '../../components/marks.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { CHECK_STATES, systemWords } from '../../words/system.ts';
import styles from './system.module.css';

const words = systemWords.doctor;

/** What works on this machine, and what would make the rest work. */
export const DoctorScreen = () => {
  const { data, error, reload } = useQuery('doctor', {});
  const areas = data ? [...Map.groupBy(data.checks, ({ area }) => area)] : [];
  return (
    <>
      <PageHead
        title={words.title}
        about={words.about}
        actions={
          <Button onPress={reload}>
            <Stethoscope aria-hidden /> {words.again}
          </Button>
        }
      />
      {error && <ErrorCard error={error} retry={reload} />}
      {!data && !error && <Loading>{words.checking}</Loading>}
      {data && (
        <Stack>
          <Card padded>
            <Facts>
              <dt>{words.version}</dt>
              <dd>{data.version}</dd>
              <dt>{words.platform}</dt>
              <dd>{data.platform}</dd>
              <dt>{words.home}</dt>
              <dd className="num">{data.home}</dd>
            </Facts>
          </Card>
          {areas.map(([area, checks]) => (
            <Card
              key={area}
              title={area}
              aside={words.summary(checks.filter(({ state }) => state === 'works').length, checks.length)}
            >
              <table className={styles.checks}>
                <thead>
                  <tr>
                    <th scope="col">{words.check}</th>
                    <th scope="col">{words.state}</th>
                    <th scope="col">{words.detail}</th>
                    <th scope="col">{words.remedy}</th>
                  </tr>
                </thead>
                <tbody>
                  {checks.map((check) => (
                    <tr key={check.name} className={styles.top}>
                      <td>{check.name}</td>
                      <td>
                        <Pill tone={CHECK_STATES[check.state].tone}>{CHECK_STATES[check.state].text}</Pill>
                      </td>
                      <td className="quiet">{printable(check.detail)}</td>
                      <td>{check.remedy}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Card>
          ))}
        </Stack>
      )}
    </>
  );
};
