// Suggestions of the person's own words for photos similar to described ones; rejected words do not appear, and
// nothing is written unasked.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemAt } from '../../src/shared/at.ts';
import { engineRequests, type Params } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { openEngine, type Engine } from '../../src/engine/engine.ts';
import { resourcesDir, sampleAlbum } from '../support/engine.ts';
import { folderOf } from '../support/photo-tree.ts';
import { temporaryFolder } from '../support/temporary.ts';

const animals = ['kitten-on-fence', 'red-panda', 'swan-family'] as const;
const places = ['eiffel-tower', 'mountain-lake', 'sandy-beach'] as const;
const pictures = [...animals.map((name) => `animals/${name}`), ...places.map((name) => `places/${name}`)];

describe('in an album of six subjects, each in twelve pictures of which four are described', () => {
  let engine: Engine;
  const ids = new Map<string, PhotoId>();
  const id = (name: string): PhotoId => ids.get(name) ?? itemAt([...ids.values()], -1);
  const words = (photoIds: PhotoId[], limit = 5) =>
    engine.api['suggestions.words'](engineRequests['suggestions.words'].params.parse({ photoIds, limit }));
  const reject = (states: Params<'suggestions.reject'>['states']) =>
    engine.api['suggestions.reject'](engineRequests['suggestions.reject'].params.parse({ states }));

  beforeAll(async () => {
    const files: Record<string, Buffer> = {};
    for (const picture of pictures) {
      const source = readFileSync(join(sampleAlbum, `${picture}.jpg`));
      const { width, height } = await sharp(source).metadata();
      for (let n = 0; n < 12; n++) {
        // Other parts of the picture, brighter and darker.
        const [w, h] = [Math.floor(width * (0.78 + 0.015 * n)), Math.floor(height * (0.94 - 0.012 * n))];
        const extract = { left: (n * 7) % (width - w), top: (n * 5) % (height - h), width: w, height: h };
        files[`${picture.replace(/.*\//, '')}-${n}.jpg`] = await sharp(source)
          .extract(extract)
          .resize(320)
          .modulate({ brightness: 0.85 + 0.025 * n })
          .jpeg()
          .toBuffer();
      }
    }
    const place = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
    const folder = join(place, 'album');
    mkdirSync(folder);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const libraryDir = join(place, 'library');
    engine = openEngine({ libraryDir, resourcesDir, interactive: true, emit: () => undefined });
    const { job } = await engine.api['folders.add']({ path: folder });
    await engine.finished(job.id);
    for (const name of Object.keys(files)) {
      ids.set(name.replace('.jpg', ''), (await engine.api['metadata.show']({ path: join(folder, name) })).id);
    }
    for (const picture of pictures) {
      const name = picture.replace(/.*\//, '');
      const photoIds = [0, 3, 6, 9].map((n) => id(`${name}-${n}`));
      const edit = {
        photoIds,
        addTags: [`Our ${name}`],
        addCaptions: [`seen near ${name.replaceAll('-', ' ')} in spring`],
      };
      await engine.api['edits.apply'](engineRequests['edits.apply'].params.parse(edit));
    }
    return async () => {
      await engine.close();
      rmSync(place, { recursive: true, force: true });
    };
  });

  it('the words of photos alike come first, as measured chances, and nothing is written', async () => {
    for (const name of ['red-panda', 'eiffel-tower']) {
      const { suggestions, described } = await words([id(`${name}-4`)]);
      expect(described).toBe(24);
      expect(suggestions.map(({ text }) => text)).toContain(`Our ${name}`);
      expect(suggestions[0]?.text).toContain(name.split('-')[0]);
      const chances = suggestions.map(({ chance }) => chance ?? -1);
      expect(chances).toEqual(chances.toSorted((a, b) => b - a));
      const tags = (await words([id(`${name}-4`)], 50)).suggestions.filter(({ kind }) => kind === 'tag');
      expect(tags[0]?.text).toBe(`Our ${name}`);
      expect(tags[0]?.chance).toBeGreaterThan(tags[1]?.chance ?? 0);
      expect(chances.every((chance) => chance <= 1)).toBe(true);
    }
    const store = openStore((await engine.api['library.status']({})).libraryDir);
    expect(store.texts.writtenAbout().size).toBe(24);
    store.close();
  });

  it('photos nobody described that look alike are offered with them, and no others', async () => {
    const { alike } = await words([id('red-panda-4')]);
    expect(alike.length).toBeGreaterThan(0);
    const pandas = new Set([1, 2, 5, 7, 8, 10, 11].map((n) => id(`red-panda-${n}`)));
    expect(alike.filter((photo) => !pandas.has(photo))).toEqual([]);
    expect((await words([id('red-panda-4'), id('red-panda-5')])).alike).toEqual([]);
  });

  it('words that fit one of several photos only are less likely for all of them', async () => {
    const chanceOf = async (photoIds: PhotoId[]) =>
      (await words(photoIds, 50)).suggestions.find(({ text }) => text === 'Our red-panda')?.chance ?? 0;
    const alone = await chanceOf([id('red-panda-4')]);
    expect(await chanceOf([id('red-panda-4'), id('eiffel-tower-4')])).toBeLessThan(0.8 * alone);
  });

  it('a rejected word is not suggested again, less for photos alike, and comes back when it is withdrawn', async () => {
    const chanceOf = async (name: string) =>
      (await words([id(name)], 50)).suggestions.find(({ text }) => text === 'Our swan-family')?.chance ?? null;
    const before = await chanceOf('swan-family-2');
    const photoIds = [1, 4, 5].map((n) => id(`swan-family-${n}`));
    const { inverse, photos } = await reject([{ kind: 'tag', text: 'Our swan-family', photoIds, rejected: true }]);
    expect(photos).toBe(3);
    expect(await chanceOf('swan-family-4')).toBeNull();
    expect((await chanceOf('swan-family-2')) ?? 0).toBeLessThanOrEqual(before ?? 0);
    expect(await reject([{ kind: 'tag', text: 'our swan-family', photoIds, rejected: true }])).toEqual({
      photos: 0,
      inverse: [],
    });
    await reject([...inverse]);
    expect(await chanceOf('swan-family-4')).not.toBeNull();
    expect(await chanceOf('swan-family-2')).toBe(before);
  });
});

it('says no chance where too little is described to measure it', async () => {
  const engine = openEngine({ libraryDir: temporaryFolder(), resourcesDir, interactive: true, emit: () => undefined });
  const source = readFileSync(join(sampleAlbum, 'animals/red-panda.jpg'));
  const plain = await sharp(source).resize(300).jpeg().toBuffer();
  const folder = await folderOf({ 'a.jpg': plain, 'b.jpg': await sharp(source).resize(280).jpeg().toBuffer() });
  writeFileSync(join(folder, 'a.txt'), 'Pabu in his tree\n');
  const { job } = await engine.api['folders.add']({ path: folder });
  await engine.finished(job.id);
  const { id } = await engine.api['metadata.show']({ path: join(folder, 'b.jpg') });
  const found = await engine.api['suggestions.words']({ photoIds: [id], limit: 5 });
  expect(found.suggestions).toEqual([{ kind: 'caption', text: 'Pabu in his tree', chance: null, photos: 1 }]);
  await engine.close();
});
