import type { ScsiCommand, ScsiReply, ScsiTransport } from '../../../../platform/scsi/transport.ts';

type Item = Buffer | 'mark';

/** What a command is answered with instead of being carried out, or along with that. */
export interface Interference {
  readonly opcode: number;
  readonly status?: number;
  readonly sense: Uint8Array;
  /** How many commands of the kind go by first. */
  readonly after?: number;
  /** Whether it is carried out. */
  readonly along?: boolean;
  /** What else befalls the drive then. */
  readonly befalls?: (drive: StandardDrive) => void;
}

/** Fixed-format sense data of SPC-4, table 48. */
export const fixedSense = (
  second: number,
  code = 0,
  information: number | null = null,
  response = 0x70,
): Uint8Array => {
  const sense = Buffer.alloc(18);
  sense[0] = response | (information === null ? 0 : 0x80);
  sense[2] = second;
  sense.writeInt32BE(information ?? 0, 3);
  sense[7] = 10;
  sense.writeUInt16BE(code, 12);
  return sense;
};

/** The same as descriptors (SPC-4, 4.5.2). */
export const descriptorSense = (second: number, code = 0, information: number | null = null): Uint8Array => {
  const sense = Buffer.alloc(24);
  sense.set([0x72, second & 0x0f, code >> 8, code & 0xff, 0, 0, 0, 16, 0x00, 0x0a, information === null ? 0 : 0x80]);
  sense.writeBigInt64BE(BigInt(information ?? 0), 12);
  sense.set([0x04, 0x02, 0, second & 0xe0], 20);
  return sense;
};

const GOOD = { status: 0, sense: new Uint8Array(), data: new Uint8Array(), received: 0, sent: 0 };

/**
 * A drive in memory that does what SSC-4 says and Debian's `tgt` does not: LOCATE, READ POSITION, ERASE, SPACE that
 * stops at file marks, early warning, and an end of the medium. A double for what no peer here has.
 */
export class StandardDrive implements ScsiTransport {
  readonly name = 'standard drive';
  items: Item[] = [];
  readonly opcodes: number[] = [];
  interferences: Interference[] = [];
  /** Blocks that cannot be read. */
  readonly bad = new Set<number>();
  /** Bytes of blocks at which it warns, and at which it ends. */
  warnsAt = Number.POSITIVE_INFINITY;
  endsAt = Number.POSITIVE_INFINITY;
  writeProtected = false;
  /** TapeAlert flags that it has set. */
  alerts: readonly number[] = [];
  /** Bytes of each block that it takes and forgets to write. */
  loses = 0;
  #at = 0;
  readonly #sense: typeof fixedSense;

  constructor(sense: typeof fixedSense = fixedSense) {
    this.#sense = sense;
  }

  execute(command: ScsiCommand): ScsiReply {
    const opcode = command.cdb[0] ?? 0;
    this.opcodes.push(opcode);
    const meddled = this.#meddle(opcode);
    const answer = meddled?.along === false ? GOOD : this.#carryOut(command);
    const { data, ...reply } = meddled === null ? answer : { ...answer, ...meddled.reply };
    const room = Buffer.alloc(command.inBytes ?? 0);
    room.set(data.subarray(0, room.length));
    const bytes = (command.out ?? []).reduce((sum, part) => sum + part.length, 0);
    return {
      ...reply,
      data: room,
      received: Math.min(data.length, room.length),
      sent: Math.max(0, bytes - this.loses),
    };
  }

  #carryOut({ cdb, out = [], inBytes = 0 }: ScsiCommand): ScsiReply {
    const opcode = cdb[0] ?? 0;
    const view = Buffer.from(cdb);
    const count = view.length > 5 ? view.readIntBE(2, 3) : 0;
    const answer = (data: Uint8Array): ScsiReply => ({ ...GOOD, data: data.subarray(0, inBytes) });
    switch (opcode) {
      case 0x12: {
        const inquiry = Buffer.alloc(36, ' ');
        inquiry.set([1, 0x80, 6, 2, 31, 0, 0, 0]);
        inquiry.write('MADE UP STANDARD DRIVE  1', 8);
        return answer(inquiry);
      }
      case 0x05:
        return answer(Buffer.of(0, 0x80, 0, 0, 0, 1));
      case 0x1a:
        return answer(Buffer.of(11, 0, this.writeProtected ? 0x90 : 0x10, 8, 0, 0, 0, 0, 0, 0, 0, 0));
      case 0x01:
        this.#at = 0;
        return GOOD;
      case 0x34: {
        const position = Buffer.alloc(20);
        position.writeUInt32BE(this.#at, 4);
        return answer(position);
      }
      case 0x2b:
        return this.#locate(view.readUInt32BE(3));
      case 0x08:
        return this.#read(count);
      case 0x0a:
        return this.#append([Buffer.concat(out)]);
      case 0x10:
        return this.#append(Array.from({ length: count }, () => 'mark' as const));
      case 0x11:
        return this.#space(cdb[1] ?? 0, count);
      case 0x19:
        this.items.length = this.#at;
        return GOOD;
      case 0x4d: {
        if (((cdb[2] ?? 0) & 0x3f) === 0x2e) return answer(this.#alertPage());
        const page = Buffer.of(0x31, 0, 0, 8, 0, 3, 0, 4, 0, 0, 0, 0);
        page.writeUInt32BE(4096, 8);
        return answer(page);
      }
      case 0x00:
      case 0x16:
      case 0x17:
        return GOOD;
      default:
        return this.#check(5, 0x2000);
    }
  }

  close(): void {
    this.#at = 0;
  }

  #alertPage(): Buffer {
    const flags = Array.from({ length: 64 }, (_, index) => [
      0,
      index + 1,
      0,
      1,
      this.alerts.includes(index + 1) ? 1 : 0,
    ]);
    return Buffer.from([0x2e, 0, 1, 64, ...flags.flat()]);
  }

  #meddle(opcode: number): { readonly along: boolean; readonly reply: Pick<ScsiReply, 'status' | 'sense'> } | null {
    const found = this.interferences.find((one) => one.opcode === opcode);
    if (!found) return null;
    if ((found.after ?? 0) > 0) {
      this.interferences = this.interferences.map((one) =>
        one === found ? { ...one, after: (one.after ?? 0) - 1 } : one,
      );
      return null;
    }
    this.interferences = this.interferences.filter((one) => one !== found);
    found.befalls?.(this);
    return { along: found.along ?? false, reply: { status: found.status ?? 2, sense: found.sense } };
  }

  #check(second: number, code = 0, information: number | null = null, data: Uint8Array = new Uint8Array()): ScsiReply {
    return { status: 2, sense: this.#sense(second, code, information), data, received: 0, sent: 0 };
  }

  #locate(block: number): ScsiReply {
    this.#at = Math.min(block, this.items.length);
    return block > this.items.length ? this.#check(8, 0x0005) : GOOD;
  }

  #read(bytes: number): ScsiReply {
    const item = this.items[this.#at];
    if (item === undefined) return this.#check(8, 0x0005, bytes);
    this.#at += 1;
    if (item === 'mark') return this.#check(0x80, 0x0001, bytes);
    if (this.bad.has(this.#at - 1)) return this.#check(3, 0x1100, bytes);
    const data = item.subarray(0, bytes);
    return item.length === bytes ? { ...GOOD, data } : this.#check(0x20, 0, bytes - item.length, data);
  }

  #append(items: readonly Item[]): ScsiReply {
    const used = this.items.slice(0, this.#at).reduce((sum, item) => sum + (item === 'mark' ? 0 : item.length), 0);
    const more = items.reduce((sum, item) => sum + (item === 'mark' ? 0 : item.length), 0);
    if (used + more > this.endsAt) return this.#check(0x4d, 0x0002, more);
    if (items.length > 0) this.items.length = this.#at;
    this.items.push(...items);
    this.#at += items.length;
    return used + more > this.warnsAt ? this.#check(0x40, 0x0002, 0) : GOOD;
  }

  #space(code: number, count: number): ScsiReply {
    if (code === 3) {
      this.#at = this.items.length;
      return GOOD;
    }
    for (let left = Math.abs(count); left > 0; left -= 1) {
      const next = count > 0 ? this.#at : this.#at - 1;
      const item = this.items[next];
      if (item === undefined) return count > 0 ? this.#check(8, 0x0005, left) : this.#check(0x40, 0x0004, left);
      this.#at += Math.sign(count);
      if (item === 'mark') return this.#check(0x80, 0x0001, left);
    }
    return GOOD;
  }
}
