/** Points of a small line, as an SVG has them: values from left to right, the smallest at the bottom. Flat when all are equal. */
export const trendPoints = (values: readonly number[], width: number, height: number): { x: number; y: number }[] => {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, index) => ({
    x: values.length > 1 ? index * step : width,
    y: most === least ? height / 2 : height - ((value - least) / (most - least)) * height,
  }));
};
