import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { steeredControl } from '../jobs/control.ts';
import { VaultScene } from '../testing/vault-scene.ts';

/** A job that has its vault taken by another machine once something of it is on tape. */
const robbed = (scene: VaultScene) => {
  const lease = path.join(scene.vault, 'lease.json');
  let done = false;
  return steeredControl(
    ({ bytesStored }) => {
      if (done || bytesStored === 0) return;
      done = true;
      const record = JSON.parse(fs.readFileSync(lease, 'utf8')) as object;
      fs.writeFileSync(lease, JSON.stringify({ ...record, id: 'another', host: 'elsewhere', pid: 7 }));
    },
    () => undefined,
  ).control;
};

test('a vault that another console took fails the job that wrote to it, and no other', async () => {
  const [scene, other] = [await VaultScene.make({ codec: 'none' }), await VaultScene.make()];
  for (let file = 0; file < 12; file += 1) scene.write(`${file}`, randomBytes(4 << 20));
  other.write('a', randomBytes(8 << 20));
  const [lost, kept] = await Promise.allSettled([scene.backup({ streams: 2 }, robbed(scene)), other.backup()]);
  expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'VAULT_HELD' } });
  expect(kept).toMatchObject({ status: 'fulfilled', value: { state: 'complete' } });
  expect(JSON.parse(fs.readFileSync(path.join(scene.vault, 'lease.json'), 'utf8'))).toMatchObject({ id: 'another' });
});
