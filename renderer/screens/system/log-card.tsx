import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/layout.tsx';
import { EmptyState } from '../../components/notices.tsx';

interface LogCardProps {
  readonly words: {
    readonly title: string;
    readonly none: string;
    readonly noneAbout: string;
    readonly more: string;
    readonly shown: (shown: number, total: number) => string;
  };
  readonly icon: LucideIcon;
  /** A page of a log, newest first; `next`: there is more. */
  readonly page: { readonly entries: readonly unknown[]; readonly total: number; readonly next: string | null };
  /** Names of the columns; null where one needs none. */
  readonly columns: readonly (string | null)[];
  readonly onMore: () => void;
  /** The rows. */
  readonly children: ReactNode;
}

/** A log as a table with a button for more of it. */
export const LogCard = ({ words, icon, page, columns, onMore, children }: LogCardProps) => (
  <Card aside={words.shown(page.entries.length, page.total)} title={words.title}>
    {page.entries.length === 0 ? (
      <EmptyState icon={icon} title={words.none}>
        {words.noneAbout}
      </EmptyState>
    ) : (
      <table>
        <thead>
          <tr>
            {columns.map((column) =>
              column === null ? (
                <td key="" />
              ) : (
                <th key={column} scope="col">
                  {column}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    )}
    {page.next !== null && (
      <Button look="ghost" onPress={onMore}>
        {words.more}
      </Button>
    )}
  </Card>
);
