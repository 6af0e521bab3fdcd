// A reliability diagram as SVG: estimated chances against observed shares, one line for each kind of photo.

export interface ReliabilityBin {
  readonly hits: number;
  /** Sum of the estimated chances. */
  readonly predicted: number;
  /** Number of them that were right. */
  readonly found: number;
}

export interface ReliabilityLine {
  readonly name: string;
  readonly colour: string;
  readonly bins: readonly ReliabilityBin[];
}

const size = 320;
const margin = 44;
/** Smallest number of hits for a point; with fewer, the share is an accident. */
const fewestHits = 30;

export function reliabilityDiagram(lines: readonly ReliabilityLine[]): string {
  const x = (p: number) => (margin + p * size).toFixed(1);
  const y = (p: number) => (margin / 2 + (1 - p) * size).toFixed(1);
  const text = (at: string, label: string, more = '') =>
    `<text ${at} font-size="11" font-family="sans-serif" fill="#555" ${more}>${label}</text>`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((p) => [
    `<path d="M${x(p)} ${y(0)}V${y(1)}M${x(0)} ${y(p)}H${x(1)}" stroke="#ddd"/>`,
    text(`x="${x(p)}" y="${Number(y(0)) + 16}"`, String(p), 'text-anchor="middle"'),
    text(`x="${Number(x(0)) - 6}" y="${Number(y(p)) + 4}"`, String(p), 'text-anchor="end"'),
  ]);
  const drawn = lines.flatMap(({ name, colour, bins }, i) => {
    const points = bins
      .filter(({ hits }) => hits >= fewestHits)
      .map(({ hits, predicted, found }) => ({ at: `${x(predicted / hits)} ${y(found / hits)}`, hits }));
    const circles = points.map(({ at, hits }) => {
      const [cx, cy] = at.split(' ');
      return `<circle cx="${cx}" cy="${cy}" r="${Math.min(7, 1 + Math.log10(hits)).toFixed(1)}" fill="${colour}"/>`;
    });
    const path = points.map(({ at }, p) => `${p === 0 ? 'M' : 'L'}${at}`).join('');
    const top = Number(y(1)) + 16 + 16 * i;
    return [
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
      ...circles,
      `<circle cx="${Number(x(0)) + 12}" cy="${top - 4}" r="4" fill="${colour}"/>`,
      text(`x="${Number(x(0)) + 22}" y="${top}"`, name),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size + 1.5 * margin} ${size + 1.5 * margin}" role="img" width="440">`,
    '<title>Chances shown, and the share of hits that fit</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...ticks,
    `<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="#999" stroke-dasharray="4 4"/>`,
    ...drawn,
    text(`x="${x(0.5)}" y="${size + 1.5 * margin - 8}"`, 'chance shown', 'text-anchor="middle"'),
    text(`x="12" y="${y(0.5)}"`, 'share that fits', `text-anchor="middle" transform="rotate(-90 12 ${y(0.5)})"`),
    '</svg>\n',
  ].join('\n');
}
