// Metadata of videos in Matroska's container, made element by element.
import { expect, it } from 'vitest';
import { cluster, ebmlHead, element, info, seekHead, segment, tags } from '../../../../test/support/matroska.ts';
import { videoFacts } from '../../../../test/support/video.ts';

const noon = Date.UTC(2019, 6, 31, 12);
const facts = (...parts: readonly Buffer[]) =>
  videoFacts('clip.mkv', Buffer.concat([ebmlHead('matroska'), segment(...parts)]));

it('reads the date and the title of the file', async () => {
  expect(await facts(info(noon, 'The pier'), cluster(100))).toMatchObject({
    format: 'video',
    capturedAt: noon,
    utcOffset: 0,
    dateSource: 'Matroska DateUTC',
    captions: [{ text: 'The pier', source: 'comment' }],
  });
});

it('reads tags, with a time of recording that comes before the date of the file', async () => {
  const words = {
    TITLE: 'Hafen',
    DESCRIPTION: 'Boote im Morgenlicht',
    COMMENT: 'Möwen',
    KEYWORDS: 'sea, boats, Möwe',
    DATE_RECORDED: '2018-05-06 07:08:09',
    RECORDING_LOCATION: 'IT, Lazio, Rome',
  };
  expect(await facts(info(noon), tags(words), cluster(100))).toMatchObject({
    capturedAt: Date.UTC(2018, 4, 6, 7, 8, 9),
    dateSource: 'Matroska DATE_RECORDED',
    captions: ['Hafen', 'Boote im Morgenlicht', 'Möwen'].map((text) => ({ text, source: 'comment' })),
    tags: ['sea', 'boats', 'Möwe'].map((name) => ({ name, source: 'comment' })),
    place: 'IT, Lazio, Rome',
    position: null,
  });
});

it("reads the phone's facts that ffmpeg copies from a MOV", async () => {
  const copied = {
    'COM.APPLE.QUICKTIME.CREATIONDATE': '2019-07-31T23:30:00-0700',
    'COM.APPLE.QUICKTIME.MAKE': 'Apple',
    'COM.APPLE.QUICKTIME.MODEL': 'iPhone 8',
    'LOCATION-ENG': '+37.7749-122.4194/',
  };
  expect(await facts(info(noon), tags(copied))).toMatchObject({
    capturedAt: Date.UTC(2019, 6, 31, 23, 30),
    utcOffset: -420,
    camera: 'Apple iPhone 8',
    position: { latitude: 37.7749, longitude: -122.4194 },
    place: null,
  });
});

it('leaves out what is said of a track', async () => {
  expect((await facts(info(null), tags({ TITLE: 'Stereo' }, 1), tags({ TITLE: 'The whole' }))).captions).toEqual([
    { text: 'The whole', source: 'comment' },
  ]);
});

it.each([
  ['with an index, which also names another index', true],
  ['without an index', false],
])('finds tags behind the pictures of a video %s', async (_, hasIndex) => {
  const pictures = [cluster(1000), cluster(2000)];
  const last = tags({ TITLE: 'At the end' });
  const second = (at: number): Buffer => seekHead([0x1254c367, at]);
  const first = (at: number): Buffer => seekHead([0x1549a966, 0], [0x114d9b74, at]);
  const at = first(0).length + info(noon).length + 3000 + 2 * 12;
  const parts = hasIndex
    ? [first(at), info(noon), ...pictures, second(at + second(0).length), last]
    : [info(noon), ...pictures, last];
  expect(await facts(...parts)).toMatchObject({ capturedAt: noon, captions: [{ text: 'At the end' }] });
});

it('reads a recording that was cut, or whose length is not known', async () => {
  const parts = Buffer.concat([info(noon, 'Live'), element(0x1f43b675, Buffer.alloc(100), 'open')]);
  for (const size of ['open', 10_000_000] as const) {
    const bytes = Buffer.concat([ebmlHead('webm'), element(0x18538067, parts, size)]);
    expect(await videoFacts('live.webm', bytes)).toMatchObject({ capturedAt: noon, captions: [{ text: 'Live' }] });
  }
});

it('takes a clock that was never set for no date', async () => {
  expect((await facts(info(Date.UTC(2001, 0, 1)), cluster(10))).capturedAt).toBeNull();
});

it('reads no more than a hostile file may have, and ends at indexes that name one another', async () => {
  const many = Array.from({ length: 500 }, (_, at) => tags({ TITLE: `Title ${at}` }));
  expect((await facts(info(noon), ...many)).captions.length).toBeLessThanOrEqual(60);
  const circle = Array.from({ length: 200 }, () => [0x114d9b74, 0] as const);
  const index = seekHead(...circle, [0x114d9b74, 5], [0x1254c367, 2 ** 52]);
  expect((await facts(index, info(noon, 'Round'))).captions).toMatchObject([{ text: 'Round' }]);
  const huge = element(0x1254c367, 'x', 2 ** 52);
  expect((await facts(info(noon, 'Before'), huge)).captions).toMatchObject([{ text: 'Before' }]);
  expect((await facts(info(noon, 'Before'), Buffer.alloc(100_000))).captions).toMatchObject([{ text: 'Before' }]);
});
