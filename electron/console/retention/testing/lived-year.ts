import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import type { ScheduleRun } from '../../../../shared/contract/schedules.ts';
import type { KeepRules } from '../../../../shared/model/retention.ts';
import { calendarOf } from '../../schedules/calendar.ts';
import { ConsoleScene } from '../../testing/console-scene.ts';
import { engineUseCases } from '../../wiring.ts';
import { expectedSets } from './expected-sets.ts';

const MINUTE = 60_000;

export interface Protected {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly catchUp: boolean;
  readonly rules: Partial<KeepRules>;
  /** Bytes that are new each time, and bytes that stay. */
  readonly changing: number;
  readonly staying: number;
}

/** What one run of retention did, as the engine was asked and as it answered. */
export interface Retained {
  readonly planned: readonly string[];
  readonly agreed: readonly string[];
  readonly expired: readonly string[];
  readonly freed: readonly string[];
  /** What the catalog has afterwards, and what it was to have. */
  readonly left: readonly string[];
  readonly kept: readonly string[];
}

/**
 * A console with its own engine, vault, schedules and retention, on a machine whose clock is moved by hand and that sleeps, restarts, travels and loses
 * its vault. What the engine is asked is listened to, and done.
 */
export class LivedYear {
  readonly retained: Retained[] = [];
  /** Objects whose backup was begun, those of which the end of the machine cut one short, and the sets that the others came to. */
  readonly begun: string[] = [];
  readonly cutShort: string[] = [];
  readonly made = new Map<string, { readonly object: string; readonly files: ReadonlyMap<string, string> }>();
  readonly scene: ConsoleScene;
  readonly #objects: readonly Protected[];
  readonly #schedules = new Map<string, string>();
  readonly #files = new Map<string, Map<string, string>>();
  #stopMidway = false;
  /** Under way from the middle of a backup. */
  #restarting: Promise<void> | null = null;
  readonly #begin: number;

  private constructor(from: string, objects: readonly Protected[]) {
    this.#objects = objects;
    this.#begin = Date.parse(from);
    const zone = process.env.TZ;
    onTestFinished(() => {
      vi.useRealTimers();
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });
    vi.useFakeTimers({ toFake: ['Date'], now: this.#begin });
    this.scene = new ConsoleScene(onTestFinished, this.#engine());
  }

  static async begin(from: string, objects: readonly Protected[], slots: number): Promise<LivedYear> {
    const life = new LivedYear(from, objects);
    const { scene } = life;
    await scene.call('vault.create', { dir: scene.vault, tapeSize: 32 << 20, slots, drives: 1 });
    for (const object of objects) {
      const { name, cron, zone, catchUp, rules, staying } = object;
      life.#write(object, 'stays', staying);
      life.change(object);
      await scene.call('object.add', { name, vault: scene.vault, files: [{ path: path.join(scene.source, name) }] });
      await scene.call('retention.set', { object: name, rules, automatic: true });
      const terms = { rules: [{ on: 'month', level: 'full' } as const] };
      const { schedule } = await scene.call('schedule.add', { object: name, cron, zone, catchUp, terms });
      life.#schedules.set(name, schedule.id);
    }
    scene.console.keepSchedules(true);
    return life;
  }

  get now(): number {
    return Date.now();
  }

  /** The moments at which an object was to be backed up, up to now. */
  moments({ cron, zone }: Protected): readonly number[] {
    return calendarOf(cron, zone).between(this.#begin, this.now, 10_000).moments;
  }

  /** How long it is until an object is to be backed up, milliseconds. */
  untilDue(object: string): number {
    const { cron, zone } = this.#objects.find(({ name }) => name === object) as Protected;
    return (calendarOf(cron, zone).next(this.now, 1)[0] as number) - this.now;
  }

  /** Oldest first. */
  async runs(object: string): Promise<ScheduleRun[]> {
    const schedule = this.#schedules.get(object) ?? '';
    return (await this.scene.call('schedule.runs', { schedule, limit: 10_000 })).runs.toReversed();
  }

  /** Time passes; the console is there for every moment in it. `after`: once what was due at one is over. */
  async pass(ms: number, after: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    for (const end = this.now + ms; this.now < end; ) {
      const next = this.#objects.map(({ cron, zone }) => calendarOf(cron, zone).next(this.now, 1)[0] ?? end);
      vi.setSystemTime(Math.min(end, Math.min(...next) + MINUTE / 2));
      await this.settle();
      await after();
    }
  }

  /** The machine sleeps: nobody looks. */
  async sleep(ms: number): Promise<void> {
    vi.setSystemTime(this.now + ms);
    await this.settle();
  }

  async restart(ms: number): Promise<void> {
    await this.scene.restart(() => vi.setSystemTime(this.now + ms));
    await this.settle();
  }

  /** The machine shuts down in the middle of the next backup. */
  stopMidway(): void {
    this.#stopMidway = true;
  }

  /** The disk of the vault is unplugged. */
  async unplugged(during: () => Promise<void>): Promise<void> {
    fs.renameSync(this.scene.vault, `${this.scene.vault}-elsewhere`);
    await during();
    fs.renameSync(`${this.scene.vault}-elsewhere`, this.scene.vault);
    await this.settle();
  }

  /** Somebody works: what was new is other content. */
  change(object: Protected): void {
    this.#write(object, 'changes', object.changing);
  }

  /** Restores a set and holds it against what was there when it was made. */
  async demandRestorable(set: string): Promise<void> {
    const made = this.made.get(set);
    expect(made).toBeDefined();
    const to = path.join(this.scene.root, `restored-${set}`);
    await this.scene.call('restore', { set, to: { path: to } });
    const folder = path.join(to, this.scene.source, made?.object ?? '');
    const found = fs.readdirSync(folder).map((name) => [name, digestOf(fs.readFileSync(path.join(folder, name)))]);
    expect(new Map(found as [string, string][])).toEqual(made?.files);
    fs.rmSync(to, { recursive: true });
  }

  /** Lets the console look at its schedules, and waits for what follows. */
  async settle(): Promise<void> {
    this.scene.console.keepSchedules(true);
    for (;;) {
      await this.scene.console.idle();
      if (this.#restarting !== null) {
        await this.#restarting;
        this.#restarting = null;
        this.scene.console.keepSchedules(true);
      }
      const open = (await Promise.all(this.#objects.map(({ name }) => this.runs(name)))).flat();
      if (!open.some((run) => this.#goesOn(run))) break;
      await wait(20);
    }
    await this.scene.console.idle();
  }

  #goesOn({ outcome, reason }: ScheduleRun): boolean {
    return outcome === 'running' || (outcome === 'waiting' && reason !== 'Its vault was not there.');
  }

  #write({ name }: Protected, file: string, bytes: number): void {
    const content = randomBytes(bytes);
    this.scene.write(path.join(name, file), content);
    const files = this.#files.get(name) ?? new Map();
    this.#files.set(name, files.set(file, digestOf(content)));
  }

  #engine(): typeof engineUseCases {
    const zone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;
    return {
      ...engineUseCases,
      runBackup: async (session, object, options, job, volumes) => {
        this.begun.push(object.name);
        const files = new Map(this.#files.get(object.name));
        const report: typeof job.report = (counters) => {
          job.report(counters);
          if (!this.#stopMidway || counters.bytesRead === 0) return;
          this.#stopMidway = false;
          this.#restarting = this.scene.restart();
        };
        const work = engineUseCases.runBackup(session, object, options, { ...job, report }, volumes);
        const result = await work.catch((thrown: unknown) => {
          if (this.#restarting !== null) this.cutShort.push(object.name);
          throw thrown;
        });
        this.made.set(result.set.id, { object: object.name, files });
        return result;
      },
      planRetention: async (session, object, request) => {
        const plan = await engineUseCases.planRetention(session, object, request);
        const complete = plan.sets.filter(({ set }) => set.state === 'complete');
        const expected = expectedSets(
          complete.map(({ set }) => set),
          request.rules,
          request.marks,
          { zone: zone(), now: this.now },
        );
        // All that is here is sound, and what stays is what the words of the rules say.
        expect(complete.filter(({ good }) => !good)).toEqual([]);
        expect(plan.zone).toBe(zone());
        expect(complete.filter(({ keep }) => keep).map(({ set }) => set.id)).toEqual([...expected]);
        return plan;
      },
      applyRetention: async (session, object, request, job) => {
        const { sets } = await engineUseCases.planRetention(session, object, request);
        const result = await engineUseCases.applyRetention(session, object, request, job);
        expect(result.warnings).toEqual([]);
        const { id } = await engineUseCases.inspectVault(this.scene.vault);
        const catalog = await engineUseCases.openCatalog(this.scene.home, id);
        const left = catalog?.sets(object.id).map((set) => set.id) ?? [];
        catalog?.close();
        const going = sets.filter(({ keep }) => !keep);
        this.retained.push({
          planned: going.map(({ set }) => set.id),
          agreed: request.agreed,
          expired: result.expired.map((set) => set.id),
          freed: result.freedTapes,
          left,
          kept: sets.filter(({ keep }) => keep).map(({ set }) => set.id),
        });
        return result;
      },
    };
  }
}

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
