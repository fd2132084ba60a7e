import { asColdframeError } from '../../../shared/errors.ts';
import { openCatalog } from '../../engine/catalog/index.ts';
import { onWork } from '../../platform/job-thread-work.ts';
import { onRequest } from '../../platform/thread-end.ts';
import { entryView } from '../entry-view.ts';
import type { PageAnswer, PageRequest } from './browse-protocol.ts';
import { KeptOrders } from './kept-orders.ts';

onWork<null>(async (_, port) => {
  const kept = new KeptOrders();

  // The catalog is opened for each page, which costs little: a rebuild may have put another file in its place.
  await onRequest<PageRequest>(port, ({ id, catalog, set, path, page }) => {
    let answer: PageAnswer;
    try {
      const store = openCatalog(catalog, { readOnly: true });
      try {
        const order = kept.of(store, set, path);
        answer = { kind: 'page', id, entries: order.page(store, page).map(entryView), total: order.count };
      } finally {
        store.close();
      }
    } catch (thrown) {
      answer = { kind: 'failed', id, error: asColdframeError(thrown).toData() };
    }
    port.postMessage(answer);
  });
  return 'clean';
});
