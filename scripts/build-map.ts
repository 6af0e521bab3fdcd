// Writes the small map of the viewer from Natural Earth's countries (1:50 million, public domain), as world-atlas packs
// them: `npm run build:map FOLDER`, where FOLDER has the unpacked npm package world-atlas 2.0.2. The package itself is no
// dependency: a fifth of one of its files is needed.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { itemAt } from '../src/shared/at.ts';
import { parseJson } from '../src/shared/json.ts';

const arcs = z.array(z.int());
const shape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), arcs: z.array(arcs) }),
  z.object({ type: z.literal('MultiPolygon'), arcs: z.array(z.array(arcs)) }),
]);
const collection = z.object({ geometries: z.array(shape) });
const pair = z.tuple([z.number(), z.number()]);
const topology = z.object({
  transform: z.object({ scale: pair, translate: pair }),
  arcs: z.array(z.array(pair)),
  objects: z.object({ countries: collection, land: collection }),
});
type Point = readonly [x: number, y: number];

/** Units of a degree: 5.6 km on the ground, finer than a pixel of the map. */
const perDegree = 20;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Give the folder of the unpacked package world-atlas.');
const {
  transform,
  arcs: packed,
  objects,
} = parseJson(topology, readFileSync(path.join(folder, 'countries-50m.json'), 'utf8'));

const lines = packed.map((steps): Point[] => {
  let [x, y] = [0, 0];
  return steps.map(([dx, dy]) => {
    [x, y] = [x + dx, y + dy];
    const [longitude, latitude] = [
      x * transform.scale[0] + transform.translate[0],
      y * transform.scale[1] + transform.translate[1],
    ];
    return [Math.round(longitude * perDegree), Math.round(-latitude * perDegree)];
  });
});
/** A negative number is an arc in the other direction. */
const line = (arc: number): readonly Point[] => (arc < 0 ? itemAt(lines, ~arc).toReversed() : itemAt(lines, arc));

const worldWidth = 360 * perDegree;

/** A line that crosses the 180th meridian goes on beyond it, and a ring around the pole is closed through the pole. */
function unwrapped(points: readonly Point[], isClosed: boolean): Point[] {
  let shift = 0;
  const line = points.map(([x, y], i): Point => {
    const step = x - (points[i - 1]?.[0] ?? x);
    if (Math.abs(step) > worldWidth / 2) shift -= Math.sign(step) * worldWidth;
    return [x + shift, y];
  });
  const [first, last] = [line[0], line.at(-1)];
  if (!isClosed || first === undefined || last === undefined || shift === 0) return line;
  const pole = Math.sign(first[1]) * 90 * perDegree;
  return [...line, [last[0], pole], [first[0], pole]];
}

/** A path of steps from point to point; empty where all points are one. */
function steps(wrapped: readonly Point[], isClosed: boolean): string {
  const points = unwrapped(wrapped, isClosed);
  const [start] = points;
  if (start === undefined) return '';
  let [x, y] = start;
  const moves: number[] = [];
  for (const [nextX, nextY] of points.slice(1)) {
    if (nextX === x && nextY === y) continue;
    moves.push(nextX - x, nextY - y);
    [x, y] = [nextX, nextY];
  }
  if (moves.length < (isClosed ? 6 : 2)) return '';
  // A minus divides two numbers as well as a blank does.
  return `M${start.join(' ')}l${moves.join(' ')}${isClosed ? 'z' : ''}`.replaceAll(' -', '-');
}

const rings = (one: z.output<typeof shape>): number[][] => (one.type === 'Polygon' ? one.arcs : one.arcs.flat());
const land = objects.land.geometries.flatMap(rings).map((ring) => steps(ring.flatMap(line), true));

const countries = new Map<number, Set<number>>();
for (const [i, country] of objects.countries.geometries.entries()) {
  for (const arc of rings(country).flat()) {
    const index = arc < 0 ? ~arc : arc;
    countries.set(index, (countries.get(index) ?? new Set()).add(i));
  }
}
const borders = [...countries].flatMap(([arc, sides]) => (sides.size > 1 ? [steps(line(arc), false)] : []));

const map = path.join(import.meta.dirname, '../resources/map');
const written = JSON.stringify({ perDegree, land: land.join(''), borders: borders.join('') });
writeFileSync(path.join(map, 'world.json'), `${written}\n`);
copyFileSync(path.join(folder, 'LICENSE'), path.join(map, 'LICENSE.world-atlas.txt'));
console.log(`world.json: ${written.length} bytes`);
