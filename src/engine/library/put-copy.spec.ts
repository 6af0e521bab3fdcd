// Copies to a place outside the photo folders: whole or not at all, over no other file, and with the photo's time; errors
// of the place and of the photo are told apart.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { copyOriginal, existingFileAt, prepareCopyFolder, writeCopy } from './put-copy.ts';

afterEach(() => void vi.restoreAllMocks());

/** 31 July 2019, in milliseconds. */
const taken = Date.UTC(2019, 6, 31);
const noChange = () => undefined;

/** A photo of one MiB, and an empty folder for copies. */
async function album() {
  const [photos, folder] = [temporaryFolder(), join(temporaryFolder(), 'for', 'copies')];
  const bytes = Buffer.alloc(1 << 20, 'photo');
  writeFileSync(join(photos, 'photo.jpg'), bytes);
  utimesSync(join(photos, 'photo.jpg'), taken / 1000, taken / 1000);
  return { photos, folder, bytes, place: await prepareCopyFolder(folder), target: join(folder, 'copy.jpg') };
}

it('refuses a copy whose file cannot be created, and does not blame the photo', async () => {
  const { photos, folder, place } = await album();
  // The name of the unfinished file is longer than file systems allow.
  const target = join(folder, `${'n'.repeat(240)}.jpg`);
  const put = await copyOriginal(photos, 'photo.jpg', target, place, noChange);
  expect(put).toMatchObject({ state: 'refused', error: { code: 'io-error' } });
  expect(readdirSync(folder)).toEqual([]);
});

it('copies a photo byte by byte with its time, and leaves nothing else', async () => {
  const { photos, folder, bytes, place, target } = await album();
  expect(await copyOriginal(photos, 'photo.jpg', target, place, noChange)).toEqual({ state: 'written' });
  expect(readFileSync(target).equals(bytes)).toBe(true);
  expect([statSync(target).mtimeMs, readdirSync(folder)]).toEqual([taken, ['copy.jpg']]);
});

it('writes a picture with the time of its photo', async () => {
  const { folder, place, target } = await album();
  expect(await writeCopy(Buffer.from('picture'), target, place, taken)).toEqual({ state: 'written' });
  expect([readFileSync(target, 'utf8'), statSync(target).mtimeMs]).toEqual(['picture', taken]);
  expect(readdirSync(folder)).toEqual(['copy.jpg']);
});

it('overwrites no file', async () => {
  const { photos, folder, place, target } = await album();
  writeFileSync(target, 'another');
  expect(await copyOriginal(photos, 'photo.jpg', target, place, noChange)).toEqual({ state: 'taken' });
  expect(await writeCopy(Buffer.from('picture'), target, place, taken)).toEqual({ state: 'taken' });
  expect([readFileSync(target, 'utf8'), readdirSync(folder)]).toEqual(['another', ['copy.jpg']]);
});

it('blames the photo where that cannot be read', async () => {
  const { photos, folder, place, target } = await album();
  mkdirSync(join(photos, 'folder.jpg'));
  const copy = (name: string) => copyOriginal(photos, name, target, place, noChange);
  await expect(copy('gone.jpg')).rejects.toMatchObject({
    ...{ code: 'io-error', message: 'gone.jpg is no longer there; scan its folder again.' },
  });
  await expect(copy('folder.jpg')).rejects.toMatchObject({ code: 'io-error' });
  await expect(copy('../outside.jpg')).rejects.toMatchObject({ code: 'io-error' });
  expect(readdirSync(folder)).toEqual([]);
});

it('refuses a copy where another folder has come to the place', async () => {
  const { photos, folder, place, target } = await album();
  renameSync(folder, `${folder}-away`);
  mkdirSync(folder);
  const refused = {
    state: 'refused',
    error: { code: 'offline', message: 'its disk was taken out, and another folder is in its place.' },
  };
  expect(await copyOriginal(photos, 'photo.jpg', target, place, noChange)).toEqual(refused);
  expect(await writeCopy(Buffer.from('picture'), target, place, taken)).toEqual(refused);
  expect(readdirSync(folder)).toEqual([]);
});

/** Every look at the clock is this many milliseconds after the one before. */
function clockOf(step: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += step));
}

it('refuses a copy where another folder comes to the place while it is written', async () => {
  const { photos, folder, place, target } = await album();
  clockOf(500);
  let isExchanged = false;
  const exchange = () => {
    if (isExchanged) return;
    isExchanged = true;
    renameSync(folder, `${folder}-away`);
    mkdirSync(folder);
  };
  const put = await copyOriginal(photos, 'photo.jpg', target, place, exchange);
  expect([isExchanged, put]).toMatchObject([true, { state: 'refused', error: { code: 'offline' } }]);
  expect(readdirSync(folder)).toEqual([]);
});

it('tells every half second that it is at work', async () => {
  const reports = async (step: number) => {
    vi.restoreAllMocks();
    const { photos, place, target } = await album();
    clockOf(step);
    let times = 0;
    await copyOriginal(photos, 'photo.jpg', target, place, () => void times++);
    return times;
  };
  // The file is read in 16 pieces.
  expect(await reports(500)).toBe(16);
  expect(await reports(10)).toBe(0);
  // Every second piece is half a second later, or every third one more than that.
  expect([await reports(250), await reports(200)]).toEqual([8, 5]);
});

it('makes the folder, and knows it from another one at the same path', async () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  const place = await prepareCopyFolder(folder);
  expect(await prepareCopyFolder(folder)).toBe(place);
  renameSync(folder, `${folder}-away`);
  expect(await prepareCopyFolder(folder)).not.toBe(place);
  expect(await prepareCopyFolder(`${folder}-away`)).toBe(place);
});

it('removes copies that were left unfinished ten minutes ago or longer, and no other file', async () => {
  const { folder } = await album();
  const unfinished = (n: number, minutes: number) => {
    const name = `.copy${n}.jpg-00000000-0000-0000-0000-00000000000${n}.tmp`;
    writeFileSync(join(folder, name), '');
    const at = Date.now() / 1000 - 60 * minutes;
    utimesSync(join(folder, name), at, at);
    return name;
  };
  const names = [unfinished(1, 11), unfinished(2, 9)];
  writeFileSync(join(folder, 'old.jpg'), '');
  utimesSync(join(folder, 'old.jpg'), 1000, 1000);
  await prepareCopyFolder(folder);
  expect(readdirSync(folder)).toEqual([names[1], 'old.jpg']);
});

it('takes a file for its own copy that has come since the job began, with the time of the photo to two seconds', async () => {
  const { target } = await album();
  expect(await existingFileAt(target, taken, 0)).toBeNull();
  writeFileSync(target, '');
  utimesSync(target, taken / 1000, taken / 1000);
  const made = Math.floor(statSync(target).ctimeMs);
  expect(await existingFileAt(target, taken, null)).toBe('taken');
  for (const [mtime, since, expected] of [
    [taken, made, 'made-before'],
    [taken, made + 2000, 'made-before'],
    [taken, made + 2001, 'taken'],
    [taken + 2000, made, 'made-before'],
    [taken - 2000, made, 'made-before'],
    [taken + 2001, made, 'taken'],
    [taken - 2001, made, 'taken'],
  ] as const) {
    expect([mtime - taken, since - made, await existingFileAt(target, mtime, since)]).toEqual([
      ...[mtime - taken, since - made],
      expected,
    ]);
  }
});
