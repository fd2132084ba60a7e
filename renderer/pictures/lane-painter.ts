import { drawBars, drawLaneHead, drawLaneShare, drawStub } from './draw.ts';
import { type LaneData, type LaneLayout, type LaneRoom, layLane } from './lane.ts';
import type { LaneChunks } from './lane-chunks.ts';
import type { Palette } from './palette.ts';

interface Painted {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly moving: boolean;
  readonly room: LaneRoom;
  readonly chunks: LaneChunks;
  readonly merges: number;
  readonly layout: LaneLayout;
}

interface LaneBox {
  readonly width: number;
  readonly height: number;
  readonly moving: boolean;
  readonly room: LaneRoom;
  /** Nothing of the lane is on the canvas any more. */
  readonly blank: boolean;
}

/** Room behind the head that its wash takes. */
const HEAD_ROOM = 28;
const ROUND = 4;

/** Paints a lane again and again on one canvas: only what came, as long as what is there can stay. */
export class LanePainter {
  #painted: Painted | null = null;

  paint(canvas: CanvasRenderingContext2D, palette: Palette, lane: LaneData, box: LaneBox): void {
    const { width, height, moving, room } = box;
    const { chunks } = lane;
    const before = this.#painted;
    const from = before !== null && this.#stays(before, chunks, palette, box) ? before.layout.settled : 0;
    let layout = layLane(lane, width, from, room);
    const added =
      from > 0 &&
      layout.span === before?.layout.span &&
      layout.end === before.layout.end &&
      layout.before === before.layout.before &&
      before.room.stub === room.stub;
    if (from > 0 && !added) layout = layLane(lane, width, 0, room);
    // Beyond the end of its tape a lane is not there.
    if (!added) canvas.clearRect(0, 0, width, height);
    canvas.save();
    canvas.beginPath();
    canvas.roundRect(0, 0, layout.end, height, ROUND);
    canvas.clip();
    const left = added ? Math.ceil(layout.bars[0]?.x ?? 0) : 0;
    const right = added ? Math.ceil(Math.max(layout.head, before.layout.head) + HEAD_ROOM) : width;
    if (added) {
      canvas.beginPath();
      canvas.rect(left, 0, right - left, height);
      canvas.clip();
    }
    canvas.fillStyle = palette.sunken;
    canvas.fillRect(left, 0, right - left, height);
    if (!added && layout.before > 0) drawStub(canvas, palette, layout.before, height);
    drawBars(canvas, palette, layout.bars, 0, height);
    if (moving) drawLaneHead(canvas, palette, layout.head, height);
    canvas.restore();
    if (layout.share !== null) drawLaneShare(canvas, palette, layout.share, { y: height + 3, width });
    this.#painted = { width, height, palette, moving, room, chunks, merges: chunks.merges, layout };
  }

  #stays(before: Painted, chunks: LaneChunks, palette: Palette, { width, height, moving, blank }: LaneBox): boolean {
    return (
      !blank &&
      before.width === width &&
      before.height === height &&
      before.moving === moving &&
      before.palette === palette &&
      before.chunks === chunks &&
      before.merges === chunks.merges
    );
  }
}
