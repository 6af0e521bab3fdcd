// Metadata of WMV videos, made object by object.
import { expect, it } from 'vitest';
import { asf, description, headerExtension, item, moreDescription, properties } from '../../../../test/support/asf.ts';
import { xmpOf } from '../../../../test/support/metadata-photo.ts';
import { videoFacts } from '../../../../test/support/video.ts';

const created = Date.UTC(2006, 6, 9, 10, 11, 12);
const facts = (...parts: Parameters<typeof asf>) => videoFacts('clip.wmv', asf(...parts));
const texts = ({ captions }: Awaited<ReturnType<typeof facts>>) => captions.map(({ text }) => text);

it('reads words in UTF-16, keywords, and the date of the file', async () => {
  const more = moreDescription({ 'WM/Keywords': 'sea; boats', 'WM/SubTitle': 'Am Kai', 'WM/Genre': 'Travel' });
  const video = await facts([properties(created), description('Möwen', 'Boote im 港'), more]);
  expect(video).toMatchObject({ capturedAt: created, dateSource: 'ASF CreationDate' });
  expect(texts(video)).toEqual(['Möwen', 'Am Kai', 'Boote im 港']);
  expect(video.tags.map(({ name }) => name)).toEqual(['sea', 'boats']);
});

it('takes the time of encoding before that of the file, and the date in the name before both', async () => {
  const parts = [properties(created), moreDescription({ 'WM/EncodingTime': created - 86_400_000 })];
  expect(await facts(parts)).toMatchObject({ capturedAt: created - 86_400_000, dateSource: 'ASF WM/EncodingTime' });
  const named = await videoFacts('VID_20040102_030405.wmv', asf(parts));
  expect(named).toMatchObject({ capturedAt: Date.UTC(2004, 0, 2, 3, 4, 5), dateSource: 'file name' });
});

it('reads texts of the extension of the header, and XMP behind the pictures', async () => {
  const packet = item('xmp', Buffer.from(xmpOf('xmp:Rating="4"')));
  const video = await facts([headerExtension({ 'WM/SubTitle': 'Am Kai' })], packet);
  expect([texts(video), video.rating]).toEqual([['Am Kai'], 4]);
});

it('reads words behind a time of encoding', async () => {
  const parts = [moreDescription({ 'WM/EncodingTime': created }), headerExtension({ 'WM/SubTitle': 'Am Kai' })];
  expect(texts(await facts(parts))).toEqual(['Am Kai']);
});

it('reads what there is before the end of a file that is cut, and of sizes that lead beyond it', async () => {
  const whole = asf([properties(created), description('Möwen', 'Boote')]);
  expect(texts(await videoFacts('a.wmv', whole.subarray(0, -90)))).toEqual(['Möwen', 'Boote']);
  const wrong = item('moreDescription', Buffer.from([255, 255, 255, 255]), 2 ** 40);
  expect(texts(await facts([description('Möwen', ''), wrong]))).toEqual(['Möwen']);
});

it('knows no date where none was written', async () => {
  expect((await facts([properties(-11_644_473_600_000)])).dateSource).toBeNull();
});
