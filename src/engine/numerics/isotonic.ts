// Isotonic regression: the best rising curve through noisy points by pooling adjacent violators (Ayer et al. 1955).
import { float64At, numberAt } from '../../shared/at.ts';

/**
 * Least-squares fit among all non-decreasing sequences, `[n]`.
 * @param weights `[n]`, positive; all equal by default
 */
export function isotonic(values: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const blocks: { value: number; weight: number; count: number }[] = [];
  for (let i = 0; i < values.length; i++) {
    let block = { value: numberAt(values, i), weight: weights === undefined ? 1 : numberAt(weights, i), count: 1 };
    for (let last = blocks.at(-1); last && last.value >= block.value; last = blocks.at(-1)) {
      blocks.pop();
      const weight = last.weight + block.weight;
      const value = (last.value * last.weight + block.value * block.weight) / weight;
      block = { value, weight, count: last.count + block.count };
    }
    blocks.push(block);
  }
  const fit = new Float64Array(values.length);
  let at = 0;
  for (const { value, count } of blocks) {
    fit.fill(value, at, at + count);
    at += count;
  }
  return fit;
}

/** A rising curve given by its corners: linear between them, constant beyond them. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Weight of the highest bin, and the growth factor of each following bin. */
const firstBin = 25;
const widening = 1.3;

/**
 * Isotonic fit of `y` over `x` by bins. Bins are narrow at the high end, where few hits decide what is shown, and wide
 * below, where many hits are equally unlikely.
 */
export function fitCurve(x: Float64Array, y: ArrayLike<number>, weights: ArrayLike<number>): Curve {
  const order = Array.from(x, (_, i) => i).sort((a, b) => float64At(x, b) - float64At(x, a));
  const corners: { x: number; y: number; weight: number }[] = [];
  let bin = { x: 0, y: 0, weight: 0 };
  let size = firstBin;
  order.forEach((i, place) => {
    const weight = numberAt(weights, i);
    bin = {
      x: bin.x + weight * float64At(x, i),
      y: bin.y + weight * numberAt(y, i),
      weight: bin.weight + weight,
    };
    if (bin.weight < size && place < order.length - 1) return;
    corners.unshift({ x: bin.x / bin.weight, y: bin.y / bin.weight, weight: bin.weight });
    bin = { x: 0, y: 0, weight: 0 };
    size *= widening;
  });
  const fit = isotonic(
    corners.map((corner) => corner.y),
    corners.map((corner) => corner.weight),
  );
  return { x: corners.map((corner) => corner.x), y: [...fit] };
}

export function onCurve({ x, y }: Curve, at: number): number {
  const above = x.findIndex((corner) => corner >= at);
  if (above === 0) return numberAt(y, 0);
  if (above < 0) return numberAt(y, y.length - 1);
  const [x0, x1, y0, y1] = [x[above - 1], x[above], y[above - 1], y[above]] as [number, number, number, number];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}
