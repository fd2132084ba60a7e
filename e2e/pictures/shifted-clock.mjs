// Loaded before everything else in each thread of a console whose pictures are taken: its clock shows the time of the sample.
const offset = Number(process.env.COLDFRAME_PICTURES_OFFSET_MS ?? 0);
const Real = globalThis.Date;

globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [Real.now() + offset] : given));
  }

  static now() {
    return Real.now() + offset;
  }
};
