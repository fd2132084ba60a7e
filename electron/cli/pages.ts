import type { Session } from './session.ts';
import { formatCount } from './sizes.ts';

interface Pages<Page, Row> {
  /** Name of the list in the JSON document. */
  readonly name: string;
  readonly fetch: (after: string | undefined) => Promise<Page & { readonly next: string | null }>;
  readonly rows: (page: Page) => readonly Row[];
  /** What the first page says beside the list. */
  readonly head?: (page: Page) => Readonly<Record<string, unknown>>;
  readonly text: (rows: readonly Row[], first: boolean) => string;
  readonly none: string;
  /** What a terminal gets instead of further pages, which nobody reads there. */
  readonly cut?: string;
}

/** Prints a list page by page, so that one of any length needs the memory of one page: one JSON document, or text. */
export const printPages = async <Page, Row>(session: Session, pages: Pages<Page, Row>): Promise<void> => {
  const { json, quiet } = session.options;
  let after: string | undefined;
  let printed = 0;
  do {
    const page = await pages.fetch(after);
    const rows = pages.rows(page);
    if (json) {
      if (after === undefined) await write(opening(pages.head?.(page) ?? {}, pages.name));
      for (const row of rows) {
        await write(`${printed === 0 ? '' : ','}${JSON.stringify(row)}`);
        printed += 1;
      }
    } else if (!quiet && rows.length > 0) {
      await write(`${pages.text(rows, printed === 0)}\n`);
      printed += rows.length;
    }
    after = page.next ?? undefined;
    if (after !== undefined && pages.cut !== undefined && !json && !quiet && process.stdout.isTTY) {
      await write(`… the first ${formatCount(printed)} are shown. ${pages.cut}\n`);
      return;
    }
  } while (after !== undefined);
  if (json) await write(']}\n');
  else if (!quiet && printed === 0) await write(`${pages.none}\n`);
};

const opening = (head: Readonly<Record<string, unknown>>, name: string): string =>
  `${JSON.stringify(head).slice(0, -1)}${Object.keys(head).length > 0 ? ',' : ''}"${name}":[`;

/** Writes to standard output and waits while it is full. */
const write = (text: string): Promise<void> =>
  new Promise((done) => {
    if (process.stdout.write(text)) done();
    else process.stdout.once('drain', done);
  });
