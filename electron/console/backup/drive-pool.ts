import { asColdframeError, ColdframeError, type ErrorData } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { BackEndAnswer, BackEndRequest, BackEndSetup } from '../../engine/mover/back-end-protocol.ts';
import type { ChannelNews } from '../../engine/mover/channel.ts';
import { type ChannelState, channelTransition } from '../../engine/mover/channel-state.ts';
import { createStaging, type SharedStaging, Staging } from '../../engine/mover/staging.ts';
import { forRobotUsers, type RobotUser, robotUsers } from '../../platform/robot-user.ts';
import { LaneBook } from '../pictures/lane-book.ts';
import type {
  BackEndThread,
  BroughtTape,
  DriveJob,
  DurableEnd,
  NextTape,
  Setback,
  StartBackEnd,
  TapeSource,
} from './drives.ts';
import { goneOn } from './gone-on.ts';
import { startBackEnd } from './start-back-end.ts';

/** Slots of staging: one that fills for each front end, one that drains for each drive, and a little between them. */
const SLOTS = 5;

/** The threads count from 0, as the drives do, and begin with the drive of their number; a tape that was brought ahead swaps the drives of two. */
interface Drive<Access> {
  readonly thread: BackEndThread<Access>;
  tape: string | null;
  /** Of its channel, as its thread told it last. */
  state: ChannelState;
  readonly waiters: Map<number, () => void>;
  /** What was written to the tape in it, and is not known to be durable. */
  unflushed: DurableEnd | null;
  durable: DurableEnd | null;
}

/** Each time a drive or a tape is put aside; beyond that something else is wrong. */
const MOST_SETBACKS = 4;

/** The drives of an open vault: one back end each, shared by all jobs, so that their chunks interleave on the tapes. */
export class DrivePool<Access> {
  readonly staging: SharedStaging = createStaging(SLOTS);
  /** What happens at the drives, for pictures. */
  readonly lanes = new LaneBook();
  readonly #view = new Staging(this.staging);
  readonly #count: number;
  readonly #source: TapeSource<Access>;
  readonly #drives = new Map<number, Drive<Access>>();
  readonly #jobs = new Map<number, DriveJob>();
  /** For whom tapes are moved; those of the last jobs until others come. */
  readonly #users = new Map<number, readonly RobotUser[]>();
  readonly #listeners = new Set<(news: ChannelNews) => void>();
  /** Failures that no job was there for any more. */
  readonly #unheard: ColdframeError[] = [];
  /** The drive of each thread. */
  readonly #places: number[];
  /** The tape that is written to next, once it is brought ahead. */
  #ahead: (BroughtTape & { readonly place: number; isSettled: boolean }) | null = null;
  /** Threads of drives that failed, which may still be at their last step, and tapes that go back as soon as a robot has brought them. */
  readonly #ending: Promise<void>[] = [];
  /** Drives that failed while others were left; nothing is written in them as long as the vault is open. */
  readonly #outOfService = new Set<number>();
  /** Drives that are read in as long as something is written elsewhere. */
  readonly #reserved = new Set<number>();
  readonly #setbacks: Setback[] = [];
  readonly #refusals: Setback[] = [];
  /** How many there were when the first of the jobs that are there joined. */
  #setbacksBefore = 0;
  /** Threads of drives out of service that put back what was lost with their tapes. */
  readonly #handingBack = new Map<BackEndThread<Access>, () => void>();
  #nextRequest = 1;
  #nextJob = 1;
  readonly #start: StartBackEnd<Access>;

  constructor(count: number, source: TapeSource<Access>, start: StartBackEnd<Access> = startBackEnd) {
    this.#count = count;
    this.#places = Array.from({ length: count }, (_, number) => number);
    this.#source = source;
    this.#start = start;
  }

  get count(): number {
    return this.#count;
  }

  /** A number for a job that is about to join. */
  newJobNumber(): number {
    this.#nextJob += 1;
    return this.#nextJob - 1;
  }

  join(job: DriveJob): void {
    if (this.#jobs.size === 0) {
      this.#setbacksBefore = this.#setbacks.length;
      this.#users.clear();
    }
    this.#jobs.set(job.number, job);
    this.#users.set(job.number, robotUsers());
    this.lanes.knows(job.set.id, job.set.object.name);
    for (const drive of this.#drives.values()) drive.thread.send({ kind: 'join', job: job.number, set: job.set });
    this.#drive(this.#inService(job)[0] as number);
  }

  /** What failed since the vault was opened, and what was written since without it. */
  get setbacks(): readonly Setback[] {
    return this.#setbacks;
  }

  /** Tapes that were to be written to and are not what they were, so that others were taken. */
  get refusals(): readonly Setback[] {
    return this.#refusals;
  }

  /** Numbers, from 1, of the drives in which nothing is written any more. */
  get outOfService(): ReadonlySet<number> {
    return new Set([...this.#outOfService].map((number) => number + 1));
  }

  /** Nothing is written in a drive, by its number from 1, that reads what is written in others, until the returned function is called; no job may write there. */
  reserve(drive: number): () => void {
    this.#reserved.add(drive - 1);
    return () => void this.#reserved.delete(drive - 1);
  }

  /** The set's metadata is durable: the tails written from now on say so. */
  completed(job: DriveJob): void {
    for (const drive of this.#drives.values())
      drive.thread.send({ kind: 'join', job: job.number, set: { ...job.set, complete: true } });
    this.#source.complete();
  }

  /** Starts the drives that a job with so many chunks needs. */
  need(job: DriveJob, chunks: number): void {
    for (const number of this.#inService(job).slice(0, chunks)) this.#drive(number);
  }

  /**
   * The job is over; its front ends are gone. What it wrote is made durable and told to it before it is forgotten, so that
   * a job that failed can be taken up from there. Unmounts all tapes when it was the last one, and gives what went wrong
   * then: the job has all that it wants on tape, but a tape may lack its tail.
   */
  async leave(job: DriveJob): Promise<ColdframeError[]> {
    this.#view.sweep(job.number);
    await this.#all((id) => ({ kind: 'flush', id }));
    this.#jobs.delete(job.number);
    if (this.#jobs.size > 0) this.#users.delete(job.number);
    for (const drive of this.#drives.values()) drive.thread.send({ kind: 'leave', job: job.number });
    this.#view.sweep(job.number);
    if (this.#jobs.size === 0) {
      this.#source.idle();
      this.#letGoAhead();
      await this.unmountAll();
    }
    return this.#unheard.splice(0);
  }

  /** Resolves when everything that jobs were told of as written is durable. Failures reach the jobs. */
  async flush(): Promise<void> {
    await this.#all((id) => ({ kind: 'flush', id }));
  }

  /** Writes the tails and takes the tapes out of the drives. Tapes that are somebody else's by now are let go as they are. */
  async unmountAll(): Promise<void> {
    if (this.#source.mayWrite()) await this.#all((id) => ({ kind: 'unmount', id }));
    else await this.#end();
  }

  /** A drive with a tape in it, for what has to lie together; the first in service when all are empty. */
  mountedDrive(): number {
    for (const [number, drive] of this.#drives) if (drive.tape !== null) return number;
    return this.#numbersInService[0] ?? 0;
  }

  /** What the channel of each drive that was ever needed is doing now. */
  channels(): ChannelNews[] {
    return [...this.#drives].map(([channel, { state, tape }]) => ({
      channel,
      state,
      drive: this.#driveOf(channel),
      tape,
    }));
  }

  /** Hears of every step of every channel; returns how to stop hearing. */
  onChannel(listener: (news: ChannelNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** After the content of a job: what follows is short, and needs memory elsewhere. */
  giveStagingBack(): void {
    this.#view.giveBack();
  }

  gauge(): ReturnType<Staging['gauge']> {
    return this.#view.gauge();
  }

  async close(): Promise<void> {
    this.#letGoAhead();
    await this.unmountAll();
    await this.#end();
  }

  /** Number, from 1, of the drive of a thread. */
  #driveOf(number: number): number {
    return this.#placeOf(number) + 1;
  }

  #placeOf(number: number): number {
    return this.#places[number] as number;
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#ending.splice(0), ...[...this.#drives.values()].map(ended)]);
    for (const [number, drive] of this.#drives) this.#emptied(number, drive);
    this.#drives.clear();
  }

  async #all(request: (id: number) => BackEndRequest<Access>): Promise<void> {
    await Promise.all(
      [...this.#drives.values()].map(async (drive) => {
        const id = this.#nextRequest;
        this.#nextRequest += 1;
        await new Promise<void>((resolve) => {
          drive.waiters.set(id, resolve);
          drive.thread.send(request(id));
        });
      }),
    );
  }

  get #numbersInService(): readonly number[] {
    return Array.from({ length: this.#count }, (_, number) => number).filter(
      (number) => !this.#outOfService.has(this.#placeOf(number)) && !this.#reserved.has(this.#placeOf(number)),
    );
  }

  /** The drives of a job that can be used; another one when none of them can. */
  #inService({ streams }: DriveJob): readonly number[] {
    const all = this.#numbersInService;
    const own = all.filter((number) => number < streams);
    // Where none is left the first one says why.
    return own.length > 0 ? own : [all[0] ?? 0];
  }

  /** Has what waits for a drive go to the others; false when there is none. */
  #takeOutOfService(number: number, drive: Drive<Access>): boolean {
    const other = this.#numbersInService.find((candidate) => candidate !== number);
    if (other === undefined) return false;
    this.#outOfService.add(this.#placeOf(number));
    this.#drives.delete(number);
    drive.thread.send({ kind: 'yield', to: other });
    this.#view.setAway(number, true);
    this.#ending.push(this.#handedBack(drive, other).then(async () => await ended(drive)));
    for (const resolve of drive.waiters.values()) resolve();
    if (this.#jobs.size > 0) this.#drive(other);
    return true;
  }

  /** Resolves when what was lost with the tape of a drive is in staging again, for the others. */
  async #handedBack({ thread }: Drive<Access>, to: number): Promise<void> {
    if (!this.#source.canGoOn || this.#jobs.size === 0) return;
    const handingBack = Promise.withResolvers<void>();
    this.#handingBack.set(thread, handingBack.resolve);
    thread.send({ kind: 'go-on', to });
    await handingBack.promise;
    this.#handingBack.delete(thread);
  }

  #drive(number: number): Drive<Access> {
    const existing = this.#drives.get(number);
    if (existing) return existing;
    const setup: BackEndSetup = { staging: this.staging, drive: number, keeps: this.#source.canGoOn };
    const thread: BackEndThread<Access> = this.#start(
      setup,
      (answer) => {
        if (answer.kind === 'handed-back') this.#handingBack.get(thread)?.();
        else if (this.#drives.get(number)?.thread === thread) this.#hear(number, answer);
      },
      (error) => {
        this.#handingBack.get(thread)?.();
        this.#died(number, thread, error);
      },
    );
    const drive: Drive<Access> = {
      thread,
      tape: null,
      state: 'requested',
      waiters: new Map(),
      unflushed: null,
      durable: null,
    };
    this.#drives.set(number, drive);
    this.#entered(number, drive, 'requested');
    for (const job of this.#jobs.values()) thread.send({ kind: 'join', job: job.number, set: job.set });
    return drive;
  }

  #hear(number: number, answer: BackEndAnswer): void {
    const drive = this.#drives.get(number);
    if (!drive) return;
    switch (answer.kind) {
      case 'state':
        this.#entered(number, drive, answer.state);
        return;
      case 'mounted':
      case 'handed-back':
        return;
      case 'written':
        this.#jobs.get(answer.job)?.written(answer.place, answer.index);
        drive.unflushed = {
          last: answer.place,
          payloadBytes: (drive.unflushed ?? drive.durable ?? NOTHING_WRITTEN).payloadBytes + answer.place.payloadBytes,
        };
        this.#drawn(number, answer.place);
        return;
      case 'durable':
        if (answer.tape !== null) for (const job of this.#jobs.values()) job.durable(answer.tape);
        if (answer.tape !== null && answer.tape === drive.unflushed?.last.tape) {
          drive.durable = drive.unflushed;
          drive.unflushed = null;
        }
        if (answer.id !== null) this.#resolve(drive, answer.id);
        return;
      case 'ended':
        this.#source.ended(answer.tape, answer.summary);
        this.#emptied(number, drive);
        return;
      case 'near-end':
        if (answer.tape === drive.tape) this.#bringAhead(number);
        return;
      case 'tape-wanted':
        // A job that joins has a drive ask anew, though the tape that it asked for before may be on its way.
        if (drive.tape === null) this.#mountNext(number, drive, answer.full);
        return;
      case 'unmounted':
        this.#emptied(number, drive);
        this.#resolve(drive, answer.id);
        return;
      case 'refused':
        this.#emptied(number, drive);
        this.lanes.refused(this.#driveOf(number), answer.tape, answer.error.message);
        this.#refused(number, drive, answer.tape, ColdframeError.fromData(answer.error));
        return;
      case 'failed':
        this.#failed(number, drive, this.#located(number, answer.error));
    }
  }

  /** The thread goes by its own number. */
  #located(number: number, error: ErrorData): ColdframeError {
    return ColdframeError.fromData({ ...error, context: { ...error.context, drive: this.#driveOf(number) } });
  }

  /** Nothing was written: what waits for a drive that cannot be used goes to the others, and no job fails. */
  #refused(number: number, drive: Drive<Access>, tape: string, error: ColdframeError): void {
    const failed = this.#driveOf(number);
    if (this.#source.isOfDrive(this.#placeOf(number), error) && this.#takeOutOfService(number, drive)) {
      this.#setbacks.push({ drive: failed, tape, error });
      return;
    }
    this.#source.refused(tape, error);
    this.#refusals.push({ drive: failed, tape, error });
    this.#mountNext(number, drive, null);
  }

  /** What was not flushed is written to another tape, in another drive if need be; where there is none, all jobs fail. */
  #failed(number: number, drive: Drive<Access>, error: ColdframeError): void {
    this.#lose(drive);
    const { tape } = drive;
    const failed = this.#driveOf(number);
    const aside = this.#troubled(number, drive, error);
    this.#emptied(number, drive);
    for (const id of drive.waiters.keys()) this.#resolve(drive, id);
    const goesOn = this.#goesOn(number, drive, aside);
    if (goesOn) this.#setbacks.push({ drive: failed, tape: tape ?? '', error });
    const tooOften = this.#setbacks.length - this.#setbacksBefore > MOST_SETBACKS;
    // That a tail could not be written is told, though nothing is lost by it.
    if (!goesOn || tooOften || this.#jobs.size === 0) this.#failJobs(error);
  }

  /** Has jobs go on without what failed; whether they can. */
  #goesOn(number: number, drive: Drive<Access>, aside: 'drive' | 'tape' | null): boolean {
    if (aside === 'drive') return this.#takeOutOfService(number, drive);
    if (aside === 'tape' && this.#source.canGoOn && this.#jobs.size > 0) drive.thread.send({ kind: 'go-on', to: null });
    return aside === 'tape';
  }

  /** Never throws: what is noted here is advice, and jobs fail for a better reason. */
  #troubled(
    number: number,
    { tape, durable }: Drive<Access>,
    error: ColdframeError,
  ): ReturnType<TapeSource<Access>['troubled']> {
    try {
      return tape === null ? null : this.#source.troubled(this.#placeOf(number), error, tape, durable);
    } catch {
      // The drive is none the cleaner for it.
      return null;
    }
  }

  #drawn(number: number, { set, payloadBytes, kind, offset }: ChunkPlace): void {
    this.lanes.moved(this.#driveOf(number), set, payloadBytes, kind, offset + payloadBytes);
  }

  #entered(channel: number, drive: Drive<Access>, state: ChannelState): void {
    drive.state = state;
    const place = this.#driveOf(channel);
    this.lanes.entered(place, state);
    for (const listener of this.#listeners) listener({ channel, state, drive: place, tape: drive.tape });
  }

  #resolve(drive: Drive<Access>, id: number): void {
    drive.waiters.get(id)?.();
    drive.waiters.delete(id);
  }

  /** A system that could not flush once may call later flushes good, and the pages are gone. */
  #lose({ tape }: Drive<Access>): void {
    if (tape !== null) for (const job of this.#jobs.values()) job.lost(tape);
  }

  /** Never throws: it is called where a drive has failed already, and nobody would hear of it there. */
  #emptied(number: number, drive: Drive<Access>): void {
    const { tape } = drive;
    drive.tape = null;
    drive.unflushed = null;
    drive.durable = null;
    if (tape === null) return;
    try {
      this.#forUsers(() => this.#source.released(this.#placeOf(number), tape));
    } catch (thrown) {
      this.#failJobs(asColdframeError(thrown));
    }
  }

  #forUsers<Result>(work: () => Result): Result {
    return forRobotUsers([...this.#users.values()].flat(), work);
  }

  /** `full`: the tape before it in the same thread. */
  #mountNext(number: number, drive: Drive<Access>, full: string | null): void {
    const ahead = this.#ahead;
    const onItsWay = ahead?.isSettled === false ? ahead.settled : this.#source.moved();
    if (onItsWay !== null) {
      // Whatever else was mounted would come later.
      void onItsWay.then(() => {
        if (drive.tape === null && this.#drives.get(number) === drive && this.#jobs.size > 0)
          this.#mountNext(number, drive, full);
      });
      return;
    }
    this.#takeAhead(number);
    let next: NextTape<Access> | ColdframeError;
    try {
      const jobs = [...this.#jobs.values()];
      const consolidates = jobs.length > 0 && jobs.every((job) => job.consolidates === true);
      next = this.#forUsers(() => this.#source.next(this.#placeOf(number), consolidates));
    } catch (thrown) {
      this.#failJobs(asColdframeError(thrown));
      return;
    }
    if (!(next instanceof ColdframeError)) {
      const { tape, access, drive: place = this.#placeOf(number), ...space } = next;
      this.#goOnIn(number, place);
      drive.tape = tape;
      drive.thread.send({ kind: 'mount', tape, access });
      this.lanes.mounted(this.#driveOf(number), { tape, ...space }, full);
      return;
    }
    const other = [...this.#drives].find(([candidate, { tape: mounted }]) => candidate !== number && mounted !== null);
    if (other) drive.thread.send({ kind: 'yield', to: other[0] });
    else this.#failJobs(this.#besides(next));
  }

  /** That there is no tape left says little where others were put aside first. */
  #besides(error: ColdframeError): ColdframeError {
    const setbacks = this.#setbacks.slice(this.#setbacksBefore);
    if (setbacks.length === 0) return error;
    const before = setbacks.map((setback) => goneOn(setback).message).join('; ');
    const { code, message, guidance, context } = error;
    return new ColdframeError(code, { message: `${message} Before that ${before}`, guidance, context, cause: error });
  }

  /** Has the next tape brought to a drive that no job there is writes with, or is about to. */
  #bringAhead(number: number): void {
    const jobs = [...this.#jobs.values()];
    // Who puts old content together reads it in the other drives, one tape after the other.
    if (this.#ahead !== null || jobs.length === 0 || jobs.some(({ consolidates }) => consolidates === true)) return;
    const wanted = Math.max(...jobs.map(({ streams }) => streams));
    const empty = this.#numbersInService.filter(
      (each) => each !== number && (this.#drives.get(each)?.tape ?? null) === null,
    );
    // A stream that has had nothing to write yet takes what was brought to its drive, if it ever begins.
    const spare = empty.find((each) => each >= wanted) ?? empty.find((each) => !this.#drives.has(each));
    if (spare === undefined) return;
    const place = this.#placeOf(spare);
    let brought: BroughtTape | null;
    try {
      brought = this.#forUsers(() => this.#source.bring(place));
    } catch {
      // It is asked for again when it is wanted, and what is wrong said then.
      return;
    }
    if (brought === null) return;
    const { tape, settled } = brought;
    const ahead = {
      tape,
      place,
      settled: settled.then(() => {
        ahead.isSettled = true;
        if (this.#ahead === ahead && brought.kept) this.lanes.broughtAhead(place + 1, tape);
      }),
      isSettled: false,
      get kept() {
        return brought.kept;
      },
      letGo: () => brought.letGo(),
    };
    this.#ahead = ahead;
  }

  /** A thread that wants a tape gets the one that was brought, with the drive that it is in. */
  #takeAhead(number: number): void {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead === null) return;
    this.lanes.noLongerAhead(ahead.place + 1);
    if (ahead.kept && !this.#outOfService.has(ahead.place)) this.#goOnIn(number, ahead.place);
  }

  /** Has a thread that has no tape go on with another drive, which no job writes with. */
  #goOnIn(number: number, wanted: number): void {
    const other = this.#places.indexOf(wanted);
    const place = this.#placeOf(number);
    if (other === number) return;
    this.#places[number] = wanted;
    this.#places[other] = place;
    this.lanes.entered(place + 1, 'closed');
  }

  /** It goes back to its slot as it was. */
  #letGoAhead(): void {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead === null) return;
    this.lanes.noLongerAhead(ahead.place + 1);
    this.#ending.push(ahead.settled.then(() => ahead.letGo()));
  }

  #failJobs(error: ColdframeError): void {
    if (this.#jobs.size === 0) this.#unheard.push(error);
    for (const job of Array.from(this.#jobs.values())) job.failed(error);
  }

  #died(number: number, thread: BackEndThread<Access>, error: ColdframeError): void {
    const drive = this.#drives.get(number);
    if (drive?.thread === thread) {
      this.#drives.delete(number);
      // When it was an answer that could not be taken the thread still lives, and would write on.
      this.#ending.push(ended(drive));
      if (drive.state !== 'closed' && drive.state !== 'error')
        this.#entered(number, drive, channelTransition('backup', drive.state, 'failed'));
      this.#lose(drive);
      this.#emptied(number, drive);
      if (drive.state === 'error') this.#entered(number, drive, 'closed');
      for (const resolve of drive.waiters.values()) resolve();
    }
    this.#failJobs(error);
  }
}

const NOTHING_WRITTEN = { payloadBytes: 0 };

const ended = async <Access>({ thread }: Drive<Access>): Promise<void> => {
  thread.send({ kind: 'stop' });
  await thread.close();
};
