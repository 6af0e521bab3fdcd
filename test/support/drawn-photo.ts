// Pictures with edges, colours and noise, a different one for each number, generated on demand.
import sharp from 'sharp';

/** A PNG without lossy compression. */
export function drawnPhoto(n: number, width = 480, height = 360): Promise<Buffer> {
  let state = n * 2654435761;
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
  const hue = random() * 360;
  const shapes = Array.from({ length: 40 }, () => {
    const [x, y, size] = [random() * width, random() * height, (0.02 + 0.15 * random()) * width];
    const colour = `hsl(${hue + random() * 120} ${30 + random() * 50}% ${20 + random() * 60}%)`;
    return random() < 0.5
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${colour}"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${size * (0.3 + random())}" fill="${colour}" transform="rotate(${random() * 90} ${x} ${y})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="hsl(${hue} 40% 55%)"/>${shapes.join('')}</svg>`;
  const noise = { width, height, channels: 3 as const, background: '#000' };
  return sharp(Buffer.from(svg))
    .composite([
      {
        input: { create: { ...noise, noise: { type: 'gaussian' as const, mean: 128, sigma: 12 } } },
        blend: 'soft-light',
      },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
}
