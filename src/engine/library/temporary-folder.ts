// Test aid: a folder in the system's temporary place that is removed when the test ends.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';

/** Contents by relative path; folders between are made. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

export async function temporaryFolder(tree: Tree = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'hashlens-library-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return folder;
}

export interface Pixels {
  readonly width?: number;
  readonly height?: number;
  readonly red?: number;
}

/** A real JPEG of one colour. */
export function jpeg({ width = 12, height = 8, red = 200 }: Pixels = {}): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: red, g: 80, b: 20 } } })
    .jpeg()
    .toBuffer();
}
