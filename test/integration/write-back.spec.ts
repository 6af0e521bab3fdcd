// Words written back to sidecars: only with permission, never to the photo, merged with later changes by others, and
// whole after any kill. ExifTool, an independent program, reads them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { engineRequests, type Params } from '../../src/shared/contract/engine.ts';
import { itemAt } from '../../src/shared/at.ts';
import { parseJson } from '../../src/shared/json.ts';
import { testEngine, type TestEngine } from '../support/engine.ts';
import { bag, photoWith, xmpOf } from '../support/metadata-photo.ts';
import { folderOf, jpeg } from '../support/photo-tree.ts';
import { jsonLines, killedAfter, runOn } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';

const write = (engine: TestEngine, params: Params<'metadata.write'>) =>
  engine.api['metadata.write'](engineRequests['metadata.write'].params.parse(params));

async function allowed(folder: string): Promise<TestEngine> {
  const engine = testEngine();
  await engine.index(folder);
  await engine.api['metadata.writing']({ allowed: true });
  return engine;
}

describe('a sidecar', () => {
  it('is not written until the person allows it', async () => {
    const folder = await folderOf({ 'a.jpg': await jpeg() });
    const engine = testEngine();
    await engine.index(folder);
    expect(await engine.api['metadata.writing']({})).toEqual({ allowed: false });
    await expect(write(engine, { path: join(folder, 'a.jpg'), tags: ['sea'] })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    expect(readdirSync(folder)).toEqual(['a.jpg']);
  });

  it('is written for all photos of a folder and of a query; ExifTool reads them, and one that fails stops no other', async () => {
    const files = {
      'Italy/a.jpg': await jpeg(),
      'Italy/Rome/b.jpg': await jpeg({ red: 90 }),
      'Peru/c.jpg': await jpeg({ red: 30 }),
    };
    const folder = await folderOf({ ...files, 'Italy/a.jpg.xmp': '<x:xmpmeta' });
    const library = temporaryFolder();
    await runOn(library, ['index', folder]);
    await runOn(library, ['metadata', 'writing', 'on']);
    const all = await runOn(library, ['metadata', 'write', join(folder, 'Italy'), '--tag', 'holiday']);
    expect([all.status === 0, all.stdout, all.stderr]).toEqual([
      false,
      `${join(folder, 'Italy/Rome/b.jpg.xmp')} written.\n`,
      expect.stringContaining('1 of 2 sidecars could not be written.') as string,
    ]);
    expect(readFileSync(join(folder, 'Italy/a.jpg.xmp'), 'utf8')).toBe('<x:xmpmeta');
    const lines = await runOn(library, ['metadata', 'write', join(folder, 'Italy'), '--tag', 'holiday', '--json']);
    expect(jsonLines(lines)).toEqual([
      { sidecar: join(folder, 'Italy/Rome/b.jpg.xmp'), isChanged: false },
      {
        photo: join(folder, 'Italy/a.jpg'),
        error: { code: 'unreadable', message: expect.stringMatching(/^a\.jpg\.xmp was not changed because/) as string },
      },
    ]);
    const some = await runOn(library, ['metadata', 'write', '--where', 'folder:Peru', '--tag', 'mountains', '--json']);
    expect(parseJson(z.unknown(), some.stdout)).toEqual({ sidecar: join(folder, 'Peru/c.jpg.xmp'), isChanged: true });
    expect((await runOn(library, ['search', 'text', 'tag:holiday,mountains', '--json'])).stdout).toMatch(
      /b\.jpg[^]*c\.jpg|c\.jpg[^]*b\.jpg/,
    );
    const read = spawnSync('exiftool', ['-s3', '-Subject', join(folder, 'Italy/Rome/b.jpg.xmp')], { encoding: 'utf8' });
    if (read.error === undefined) expect(read.stdout.trim()).toBe('holiday');
    expect(readdirSync(join(folder, 'Peru'))).toEqual(['c.jpg', 'c.jpg.xmp']);
  });

  it('gets the words, the photo none, and the library reads them again', async () => {
    const photo = await jpeg();
    const folder = await folderOf({ 'a.jpg': photo });
    const engine = await allowed(folder);
    const path = join(folder, 'a.jpg');
    const words = { caption: 'Grüße vom Strand', tags: ['sea'], people: ['Ingrid Muster'], rating: 4, date: '1968-06' };
    const { sidecar, isChanged, job } = await write(engine, { path, ...words });
    expect([sidecar, isChanged]).toEqual([`${path}.xmp`, true]);
    if (job === null) throw new Error('the folder is read again');
    await engine.finish(job);
    expect(await engine.api['metadata.show']({ path })).toMatchObject({
      captions: [{ text: 'Grüße vom Strand', source: 'sidecar' }],
      ...{ tags: ['sea'], people: ['Ingrid Muster'], rating: 4 },
      ...{
        capturedAt: Date.UTC(1968, 5),
        capturedUntil: Date.UTC(1968, 6),
        dateSource: 'sidecar exif:DateTimeOriginal',
      },
    });
    expect(readFileSync(path).equals(photo)).toBe(true);
    expect(await write(engine, { path, ...words })).toMatchObject({ isChanged: false, job: null });
  });

  it('keeps what another program has written since it was read', async () => {
    const folder = await folderOf({ 'a.jpg': await jpeg(), 'a.xmp': xmpOf('', bag('dc:subject', 'old')) });
    const engine = await allowed(folder);
    writeFileSync(join(folder, 'a.xmp'), xmpOf('xmp:Label="Red"', bag('dc:subject', 'old', 'since')));
    await write(engine, { path: join(folder, 'a.jpg'), tags: ['mine'] });
    expect(readFileSync(join(folder, 'a.xmp'), 'utf8')).toBe(
      xmpOf('xmp:Label="Red"', bag('dc:subject', 'old', 'since', 'mine')),
    );
  });

  it('gets what is known from elsewhere when that is asked for', async () => {
    const json = JSON.stringify({
      ...{ title: 'a.jpg', description: 'Grandma feeds the ducks', photoTakenTime: { timestamp: '1404554726' } },
      people: [{ name: 'Trude Muster' }],
    });
    const folder = await folderOf({ 'a.jpg': await jpeg(), 'a.jpg.json': json });
    const engine = await allowed(folder);
    await write(engine, { path: join(folder, 'a.jpg'), known: true });
    const text = readFileSync(join(folder, 'a.jpg.xmp'), 'utf8');
    for (const word of ['Grandma feeds the ducks', 'Trude Muster']) expect(text).toContain(word);
  });

  it('that has the words already is read where the library does not know it yet, as after a kill', async () => {
    const folder = await folderOf({ 'a.jpg': await jpeg() });
    const engine = await allowed(folder);
    const path = join(folder, 'a.jpg');
    writeFileSync(`${path}.xmp`, xmpOf('', bag('dc:subject', 'sea')));
    const { isChanged, job } = await write(engine, { path, tags: ['sea'] });
    expect(isChanged).toBe(false);
    if (job === null) throw new Error('the folder is read again');
    await engine.finish(job);
    expect(await engine.api['metadata.show']({ path })).toMatchObject({ tags: ['sea'] });
    expect(await write(engine, { path, tags: ['sea'] })).toMatchObject({ isChanged: false, job: null });
  });

  it('that is a pipe, a folder or a link out of the photo folder is left as it is, at once', async ({ skip }) => {
    skip(process.platform === 'win32', 'there are no pipes in folders there');
    const outside = await folderOf({ 'other.xmp': xmpOf('', bag('dc:subject', 'secret')) });
    const folder = await folderOf({ 'a.jpg': await jpeg(), 'b.jpg': await jpeg(), 'c.jpg': await jpeg() });
    const engine = await allowed(folder);
    spawnSync('mkfifo', [join(folder, 'a.jpg.xmp')]);
    mkdirSync(join(folder, 'b.jpg.xmp'));
    symlinkSync(join(outside, 'other.xmp'), join(folder, 'c.jpg.xmp'));
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
      await expect(write(engine, { path: join(folder, name), tags: ['x'] })).rejects.toMatchObject({
        code: 'io-error',
        message: expect.stringContaining(`${name}.xmp`) as string,
      });
    }
    expect(readFileSync(join(outside, 'other.xmp'), 'utf8')).toBe(xmpOf('', bag('dc:subject', 'secret')));
    // The folder does not count as hanging.
    expect((await engine.api['library.status']({})).offlineFolders).toBe(0);
  });

  it('of no photo of the library is not written', async () => {
    const folder = await folderOf({ 'a.jpg': await jpeg() });
    const engine = await allowed(folder);
    for (const path of [join(folder, 'b.jpg'), '/etc/passwd']) {
      await expect(write(engine, { path, tags: ['x'] })).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  it('is the old one or the new one whenever the program is killed', async () => {
    const old = xmpOf('', bag('dc:subject', 'old'));
    const folder = await folderOf({ 'a.jpg': await jpeg(), 'a.jpg.xmp': old });
    const library = temporaryFolder();
    await runOn(library, ['index', folder]);
    await runOn(library, ['metadata', 'writing', 'on']);
    const sidecar = join(folder, 'a.jpg.xmp');
    for (const [n, ms] of [900, 1300, 1700, 2100, 2500, 3000].entries()) {
      const before = readFileSync(sidecar, 'utf8');
      await killedAfter(ms, library, ['metadata', 'write', join(folder, 'a.jpg'), '--tag', `new${n}`]);
      const after = readFileSync(sidecar, 'utf8');
      const whole = before.replace('</rdf:Bag>', `<rdf:li>new${n}</rdf:li></rdf:Bag>`);
      expect([before, whole]).toContain(after);
    }
  });

  const exiftoolPresent = spawnSync('exiftool', ['-ver']).status === 0;
  it.skipIf(!exiftoolPresent)(
    `is read by ExifTool as it was meant${exiftoolPresent ? '' : ' (skipped: it is not installed)'}`,
    async () => {
      const folder = await folderOf({ 'a.jpg': await photoWith({}), 'b.jpg': await jpeg({ red: 9 }) });
      spawnSync('exiftool', [
        '-q',
        '-XMP-dc:Subject=theirs',
        '-XMP-dc:Description=old',
        '-XMP-xmp:Rating=1',
        join(folder, 'b.jpg.xmp'),
      ]);
      const engine = await allowed(folder);
      const words = {
        caption: 'Grüße & <mehr>',
        tags: ['sea', '海'],
        people: ['Ingrid Muster'],
        rating: 4,
        date: '1968-06-15',
      };
      for (const name of ['a.jpg', 'b.jpg']) await write(engine, { path: join(folder, name), ...words });
      const read = (name: string) => {
        const { stdout, stderr } = spawnSync('exiftool', ['-j', '-G1', '-all', '-Validate', join(folder, name)], {
          encoding: 'utf8',
        });
        expect(stderr).toBe('');
        return itemAt(parseJson(z.array(z.record(z.string(), z.unknown())), stdout), 0);
      };
      const ours = {
        'XMP-dc:Description': 'Grüße & <mehr>',
        'XMP-dc:Subject': ['sea', '海'],
        'XMP-iptcExt:PersonInImage': 'Ingrid Muster',
        'XMP-xmp:Rating': 4,
        'XMP-exif:DateTimeOriginal': '1968:06:15',
        'ExifTool:Validate': 'OK',
      };
      expect(read('a.jpg.xmp')).toMatchObject(ours);
      expect(read('b.jpg.xmp')).toMatchObject({ ...ours, 'XMP-dc:Subject': ['theirs', 'sea', '海'] });
    },
  );
});
