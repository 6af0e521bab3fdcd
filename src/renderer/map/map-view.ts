// The part of the world that a small map shows, in the units of resources/map/world.json.

/** Units of a degree. */
const perDegree = 20;
export const worldWidth = 360 * perDegree;
/** Degrees of latitude from the upper to the lower edge, about 1300 km. */
const nearDegrees = 12;
/** Width of the map divided by its height. */
const shape = 2.1;
/** Least factor by which meridians come closer towards the poles. */
const leastShrink = 0.1;

export interface MapView {
  readonly viewBox: string;
  /** Position of the photo, in percent of width and height. */
  readonly pin: { readonly left: number; readonly top: number };
}

/** @param isWorld all of the world instead of the surroundings, in their true proportions at that latitude */
export function mapView(
  { latitude, longitude }: { readonly latitude: number; readonly longitude: number },
  isWorld: boolean,
): MapView {
  const [x, y] = [longitude * perDegree, -latitude * perDegree];
  const shrink = Math.max(leastShrink, Math.cos((latitude * Math.PI) / 180));
  const height = isWorld ? worldWidth / 2 : nearDegrees * perDegree;
  const width = isWorld ? worldWidth : Math.min(worldWidth, (height * shape) / shrink);
  const left = isWorld ? -worldWidth / 2 : x - width / 2;
  const edge = worldWidth / 4;
  const top = isWorld ? -edge : Math.min(edge - height, Math.max(-edge, y - height / 2));
  return {
    viewBox: [left, top, width, height].map((n) => String(Math.round(n * 100) / 100)).join(' '),
    pin: { left: (100 * (x - left)) / width, top: (100 * (y - top)) / height },
  };
}
