import { Card, Facts, PageHead, Stack } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { systemWords } from '../../words/system.ts';
import styles from './system.module.css';

const words = systemWords.about;

/** Versions and licences. */
export const AboutScreen = () => {
  const { data, error, reload } = useQuery('about', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  return (
    <>
      <PageHead title={words.title} about={`${words.version(data.version)}. ${words.licence(data.licence)}.`} />
      <Stack>
        <Card title={words.runtime} padded>
          <Facts>
            {Object.entries({ ...data.runtime, platform: data.platform }).map(([name, version]) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd className="num">{version}</dd>
              </div>
            ))}
          </Facts>
        </Card>
        <Card title={words.dependencies}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col" className="num">
                  {words.versionColumn}
                </th>
                <th scope="col">{words.licenceColumn}</th>
              </tr>
            </thead>
            <tbody>
              {data.dependencies.map(({ name, version, licence, text }) => (
                <tr key={name} className={styles.top}>
                  <td>{name}</td>
                  <td className="num">{version}</td>
                  <td>
                    {text ? (
                      <details>
                        <summary>{licence}</summary>
                        <div className={styles.text}>{text}</div>
                      </details>
                    ) : (
                      licence
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      </Stack>
    </>
  );
};
