import type { Secrets } from '../../../shared/contract/calls.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { SetExport } from '../use-cases.ts';
import { laterIncomplete } from './later-incomplete.ts';
import { demandStillSealed, requireAccess, setNamed } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';

/** Digits of an id that name an export, where the set was not named by its id. */
const DIGITS = 12;

interface Exports {
  readonly exports: SetExport[];
  /** That there is a later set than one that was named, which is not whole. */
  readonly warnings: Warning[];
}

/** What is to be served of block sets, under the names that were asked for. */
export const setExports = async (
  parts: ConsoleParts,
  { volumes, sets = [], overlay }: InputOf<'volume.serve'>,
  secrets: Secrets,
): Promise<Exports> => {
  if (volumes.length === 0 && sets.length === 0) throw usage('Nothing is to be served', 'Name volumes, or set/ID.');
  if (overlay !== undefined && sets.length === 0)
    throw usage('Only a block set has an overlay', 'A volume is written to itself; leave the overlay out.');
  const found = await Promise.all(sets.map(async (each) => await exportsOf(parts, each, secrets)));
  const all = found.flatMap(({ exports }) => exports);
  if (overlay?.file !== undefined && all.length !== 1)
    throw usage('An overlay in a file is for one volume', 'Name it as set/ID/VOLUME, and no other set.');
  return { exports: all, warnings: found.flatMap(({ warnings }) => warnings) };
};

const exportsOf = async (
  parts: ConsoleParts,
  { set: text, volume }: NonNullable<InputOf<'volume.serve'>['sets']>[number],
  secrets: Secrets,
): Promise<Exports> => {
  const { set, vault } = await setNamed(parts, text);
  requireAccess(vault, secrets);
  await demandStillSealed(vault, await parts.useCases.inspectVault(vault.dir));
  const there = await parts.useCases.openSetVolumes(vault.dir, secrets, parts.home, set);
  const wanted = there.filter(({ name }) => volume === undefined || name === volume);
  if (wanted.length === 0) throw noSuchVolume(text, volume, there.map(({ name }) => name).join(', '));
  const id = /^[0-9a-f]+$/.test(text) && set.startsWith(text) ? text : set.slice(0, DIGITS);
  const plain = volume === undefined && there.length === 1;
  return {
    exports: wanted.map((each) => ({ ...each, exportName: plain ? `set/${id}` : `set/${id}/${each.name}` })),
    warnings: await laterIncomplete(parts, text, { set, vault }, 'serve'),
  };
};

const noSuchVolume = (set: string, volume: string | undefined, names: string): ColdframeError =>
  new ColdframeError('NO_SUCH_PATH', {
    message: `The set ${set} has no volume ${volume ?? ''}.`,
    guidance: names === '' ? 'List its object’s sets with: coldframe sets NAME' : `It has ${names}.`,
    context: { set, volume: volume ?? null },
  });

const usage = (what: string, guidance: string): ColdframeError =>
  new ColdframeError('USAGE', { message: `${what}.`, guidance });
