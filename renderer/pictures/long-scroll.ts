/** Chromium makes no element higher than 33,554,428 pixels, Firefox none higher than 17,895,697. */
const HIGHEST = 16_000_000;
/** So near both ends the bar stands where the content is, pixel by pixel. */
const NEAR = 20_000;
const SLACK = NEAR / 2;
/** Longer steps are those of a bar that is dragged: a pixel of it is more than that, also where two of the screen make one. */
const STEP = 8000;

/**
 * Scrolls content of any height, in pixels, behind a scroll bar whose element is never higher than a browser allows. What is
 * within that height scrolls as ever. In longer content a wheel, a key or a finger moves the content by as much as it says, and
 * whoever drags the bar goes to that share of the whole; the bar is then set to where it belongs for the content.
 */
export class LongScroll {
  #content = 0;
  #view = 0;
  #offset = 0;
  #bar = 0;

  /** Pixel of the content at which the view begins. */
  get offset(): number {
    return this.#offset;
  }

  /** Pixels of the content that are seen. */
  get view(): number {
    return this.#view;
  }

  /** Height of the element that is scrolled. */
  get height(): number {
    return Math.min(this.#content, HIGHEST);
  }

  /** Where in the scrolled element a pixel of the content belongs at the moment. */
  placeOf(pixel: number): number {
    return pixel - this.#offset + this.#bar;
  }

  /** Takes the heights of content and view, and gives the place of the bar. */
  resize(content: number, view: number): number {
    if (content === this.#content && view === this.#view) return this.#bar;
    this.#content = content;
    this.#view = view;
    return this.#goTo(this.#offset);
  }

  /** Takes the place to which the bar was moved, and gives the one where it has to stand. */
  moved(bar: number): number {
    const by = bar - this.#bar;
    const offset = Math.abs(by) > STEP || !this.#scaled ? this.#offsetAt(bar) : this.#offset + by;
    this.#offset = Math.min(Math.max(0, offset), this.#free);
    const ideal = this.#barAt(this.#offset);
    // To set the bar while somebody turns a wheel costs smoothness. Near the ends it may not be off: it would end too early.
    const between = this.#offset > NEAR && this.#offset < this.#free - NEAR;
    this.#bar = between && Math.abs(ideal - bar) <= SLACK ? bar : ideal;
    return this.#bar;
  }

  /** Brings a part of the content into view, by the shortest way, and gives the place of the bar. */
  show(from: number, to: number): number {
    if (from < this.#offset) return this.#goTo(from);
    if (to > this.#offset + this.#view) return this.#goTo(to - this.#view);
    return this.#bar;
  }

  get #free(): number {
    return Math.max(0, this.#content - this.#view);
  }

  get #barFree(): number {
    return Math.max(0, this.height - this.#view);
  }

  get #scaled(): boolean {
    return this.#content > HIGHEST;
  }

  #goTo(offset: number): number {
    this.#offset = Math.min(Math.max(0, offset), this.#free);
    this.#bar = this.#barAt(this.#offset);
    return this.#bar;
  }

  /** Where the bar belongs: near both ends pixel by pixel, in proportion between. */
  #barAt(offset: number): number {
    if (!this.#scaled || offset <= NEAR) return offset;
    if (offset >= this.#free - NEAR) return this.#barFree - (this.#free - offset);
    return NEAR + ((offset - NEAR) * (this.#barFree - 2 * NEAR)) / (this.#free - 2 * NEAR);
  }

  #offsetAt(bar: number): number {
    if (!this.#scaled || bar <= NEAR) return bar;
    if (bar >= this.#barFree - NEAR) return this.#free - (this.#barFree - bar);
    return Math.round(NEAR + ((bar - NEAR) * (this.#free - 2 * NEAR)) / (this.#barFree - 2 * NEAR));
  }
}
