import { asColdframeError } from '../../../../shared/errors.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import type { RobotUser } from '../../../platform/robot-user.ts';
import { logMove, type RobotPlace } from '../robot-log.ts';
import type { TapeChanger } from './changer.ts';
import type { Element } from './element-status.ts';

/** Whose errand a robot is on: plain data, so that it can be sent to a worker. */
export interface RobotErrand {
  /** The folder of the vault, which has the log. */
  readonly vault: string;
  readonly for: readonly RobotUser[];
}

/** A changer whose moves are written down before they begin and when they have ended. */
export class LoggedChanger implements TapeChanger {
  readonly name: string;
  readonly #changer: TapeChanger;
  readonly #errand: RobotErrand;
  /** The elements of the drives of the vault, in their order. */
  readonly #drives: readonly number[];
  #seen: readonly Element[] = [];

  constructor(changer: TapeChanger, errand: RobotErrand, drives: readonly number[]) {
    this.name = changer.name;
    this.#changer = changer;
    this.#errand = errand;
    this.#drives = drives;
  }

  elements(): Element[] {
    const elements = this.#changer.elements();
    this.#seen = elements;
    return elements;
  }

  move(from: number, to: number): void {
    const barcode = this.#seen.find(({ address }) => address === from)?.barcode ?? '';
    const wanted = { barcode, from: this.#placeOf(from), to: this.#placeOf(to) };
    const end = logMove(this.#errand.vault, wanted, this.#errand.for);
    failpoint('robot:before-move');
    try {
      this.#changer.move(from, to);
    } catch (thrown) {
      end(asColdframeError(thrown));
      throw thrown;
    }
    failpoint('robot:after-move');
    end();
  }

  close(): void {
    this.#changer.close();
  }

  #placeOf(address: number): RobotPlace {
    const type = this.#seen.find((element) => element.address === address)?.type;
    const among = (place: number): number => place + 1;
    const numbered = (kind: Element['type']): number =>
      among(this.#seen.filter((element) => element.type === kind).findIndex((element) => element.address === address));
    const drive = among(this.#drives.indexOf(address));
    if (type === 'drive' && drive > 0) return { kind: 'drive', number: drive };
    if (type === 'storage') return { kind: 'slot', number: numbered('storage') };
    if (type === 'importExport') return { kind: 'import-export', number: numbered('importExport') };
    return type === 'transport' ? { kind: 'robot', number: 0 } : { kind: 'element', number: address };
  }
}
