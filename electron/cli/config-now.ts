import type { ConfigDocument } from '../../shared/contract/config.ts';
import { VERSION } from '../console/version.ts';
import type { Session } from './session.ts';

/** What somebody chose for the home, as a document; asked for by the calls that everybody has. */
export const configNow = async (session: Session): Promise<ConfigDocument> => {
  const { settings } = await session.call('settings.get', {});
  const { objects } = await session.call('object.list', {});
  const { schedules } = await session.call('schedule.list', {});
  const { notices } = await session.call('notice.list', {});
  const { vaults } = await session.call('vault.list', {});
  const vaultAt = (dir: string): { id: string; dir: string } => ({
    id: vaults.find((vault) => vault.dir === dir)?.id ?? '0'.repeat(32),
    dir,
  });
  const kept: ConfigDocument['objects'] = [];
  for (const { id: _, createdAt: __, vault, ...object } of objects) {
    const { rules, automatic } = await session.call('retention.show', { object: object.name });
    const { own } = await session.call('settings.ofObject', { object: object.name });
    kept.push({ ...object, vault: { id: vault.id, dir: vault.dir }, keep: rules, automatic, own });
  }
  const { configDocument } = await import('../../shared/contract/config.ts');
  // Parts come in the order of the schema, so that they can be compared.
  return configDocument.parse({
    kind: 'coldframe-config',
    schema: 1,
    writtenAt: new Date().toISOString(),
    version: VERSION,
    settings,
    objects: kept,
    schedules: schedules.map(({ task, object, vault, cron, zone, level, catchUp, state, passphraseFile, terms }) => ({
      task,
      object: vault === null ? object : null,
      vault: vault === null ? null : vaultAt(vault),
      cron,
      zone,
      level,
      catchUp,
      paused: state === 'paused',
      passphraseFile,
      terms,
    })),
    notices: notices.map(({ name, rules }) => ({ name, rules })),
  });
};
