import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONFLICT_POLICIES } from '../../../../shared/contract/restore.ts';
import { createRunControl } from '../../mover/run-control.ts';
import { Writer } from '../execute/writer.ts';
import { planOf } from '../testing/restoring.ts';
import { type TestElement, VAULT, WrittenSet } from '../testing/written-set.ts';

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);
/** A tree: paths with what they are; a path beneath one that is a file is left out. */
const tree = fc
  .dictionary(path, fc.constantFrom('file', 'dir'), { maxKeys: 8 })
  .map((all) =>
    Object.entries(all).filter(
      ([each]) => !Object.entries(all).some(([other, kind]) => kind === 'file' && each.startsWith(`${other}/`)),
    ),
  );

type Tree = [string, string][];

const place = (root: string, standing: Tree): void => {
  for (const [each, kind] of standing) {
    mkdirSync(kind === 'dir' ? join(root, each) : dirname(join(root, each)), { recursive: true });
    if (kind === 'file') writeFileSync(join(root, each), 'mine');
  }
};

/** Restores elements without content in this very thread. */
const restoreHere = (run: Parameters<typeof planOf>[0]): ReturnType<typeof planOf> => {
  const plan = planOf(run);
  if (plan.destination.policy === 'fail' && plan.conflicts.total > 0) return plan;
  const shared = {
    keys: { vault: VAULT, vaultKey: null },
    control: createRunControl(),
    progress: new SharedArrayBuffer(16),
  };
  const writer = new Writer({ plan, ...shared });
  const requests = [{ kind: 'plain', from: 1, to: 1e6 }, { kind: 'directories' }, { kind: 'close' }] as const;
  for (const request of requests) expect(writer.carryOut(request)).toMatchObject({ kind: 'done' });
  return plan;
};

const kindAt = (at: string): string => {
  const stat = statSync(at, { throwIfNoEntry: false });
  if (stat === undefined) return 'nothing';
  return stat.isDirectory() ? 'directory' : readFileSync(at, 'utf8') === 'mine' ? 'mine' : 'restored';
};

test('a plan does to every name what its policy says, whatever stands there', () => {
  fc.assert(
    fc.property(tree, tree, fc.constantFrom(...CONFLICT_POLICIES), (wanted, standing, policy) => {
      const folder = mkdtempSync(join(tmpdir(), 'coldframe-model-'));
      const to = join(folder, 'to');
      try {
        mkdirSync(to);
        place(to, standing);
        const before = new Map(standing.map(([each]) => [each, kindAt(join(to, each))]));
        const elements = wanted.map(
          ([each, kind]): TestElement => ({ path: each, type: kind as 'file' | 'dir', mode: 0o755 }),
        );
        const set = new WrittenSet(elements, { folder, tapes: 1, unitBytes: 100, unitsInChunk: 1, vaultKey: null });
        const plan = restoreHere({ set, folder, to, policy });
        const refused = policy === 'fail' && plan.conflicts.total > 0;
        for (const [each, kind] of before) {
          const now = kindAt(join(to, each));
          if (policy === 'overwrite' && kind === 'mine')
            expect(['mine', 'restored', 'directory', 'nothing']).toContain(now);
          else expect(now, `${each} under ${policy}`).toBe(kind);
        }
        for (const [each, kind] of wanted) {
          const inTheWay = standing.some(
            ([other, there]) =>
              there === 'file' &&
              (each === other || each.startsWith(`${other}/`)) &&
              !(each === other && kind === 'file'),
          );
          const stood = kindAt(join(to, each));
          if (refused || inTheWay) continue;
          const wasThere =
            before.get(each) ?? (standing.some(([other]) => other.startsWith(`${each}/`)) ? 'directory' : 'nothing');
          if (wasThere === 'nothing') expect(stood, each).toBe(kind === 'dir' ? 'directory' : 'restored');
          if (wasThere === 'mine' && kind === 'file')
            expect(stood, each).toBe(policy === 'overwrite' ? 'restored' : 'mine');
          if (wasThere === 'mine' && kind === 'file' && policy === 'rename')
            expect(kindAt(join(to, `${each}.restored`))).toBe('restored');
          if (wasThere === 'directory') expect(stood, each).toBe('directory');
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 150 },
  );
});
