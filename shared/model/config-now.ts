import type { ConfigDocument } from '../contract/config.ts';
import type { InputOf, OutputOf, ProcedureName } from '../contract/contract.ts';
import type { KnownHere } from './config-plan.ts';

/** Asks the console. */
interface Asking {
  call<P extends ProcedureName>(procedure: P, input: InputOf<P>): Promise<OutputOf<P>>;
}

/** What somebody chose for the home, as a document, and what has ids there; asked for by the calls that everybody has. `version`: of the program that asks. */
export const configNow = async (
  session: Asking,
  version: string,
): Promise<{ readonly document: ConfigDocument; readonly here: KnownHere }> => {
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
    const { rules, automatic, marks: said } = await session.call('retention.show', { object: object.name });
    const marks = said.map(({ set, hold, until }) => ({ set, hold, until }));
    const { own } = await session.call('settings.ofObject', { object: object.name });
    kept.push({ ...object, vault: { id: vault.id, dir: vault.dir }, keep: rules, automatic, marks, own });
  }
  const { CONFIG_SCHEMA, configDocument } = await import('../contract/config.ts');
  // Parts come in the order of the schema, so that they can be compared.
  const document = configDocument.parse({
    kind: 'coldframe-config',
    schema: CONFIG_SCHEMA,
    writtenAt: new Date().toISOString(),
    version,
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
    notices: notices.map(({ name, kind, target, rules }) => ({
      name,
      kind,
      // A command may hold a password of whatever it calls, and nobody knows where in it.
      target: kind === 'command' ? null : target,
      rules,
    })),
  });
  return { document, here: { vaults, schedules } };
};
