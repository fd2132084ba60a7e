import { Card, NameLink, PageHead } from '../../components/layout.tsx';
import { ErrorCard, Loading } from '../../components/notices.tsx';
import { useQuery } from '../../stores/calls.ts';
import { href, type Route } from '../../stores/route.ts';
import { reportsWords as words } from '../../words/reports.ts';
import { ObjectCharts } from './object-charts.tsx';

const AllObjects = () => {
  const { data, error, reload } = useQuery('object.list', {});
  if (!data) return error ? <ErrorCard error={error} retry={reload} /> : <Loading />;
  return (
    <>
      <PageHead title={words.title} about={words.about} />
      <Card title={words.charts}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.object}</th>
            </tr>
          </thead>
          <tbody>
            {data.objects.map(({ name }) => (
              <tr key={name}>
                <td>
                  <NameLink to={href('reports', name)}>{name}</NameLink>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </>
  );
};

/** Reports, or the charts of one object. */
export const ReportsScreen = ({ route }: { route: Route }) =>
  route.id === null ? <AllObjects /> : <ObjectCharts key={route.id} object={route.id} />;
