// Test aid: temporary folders with files in them, and photos of one colour.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { temporaryFolder } from './temporary.ts';

/** Contents by relative path; folders between are made. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** A folder that holds `tree` and is removed when the test ends. */
export async function folderOf(tree: Tree): Promise<string> {
  const folder = temporaryFolder();
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
