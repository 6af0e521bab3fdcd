// Metadata of camcorders' videos, made packet by packet.
import { expect, it } from 'vitest';
import { transportStream } from '../../../../test/support/transport-stream.ts';
import { videoFacts } from '../../../../test/support/video.ts';

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
const rational = (value: number, divisor = 1): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(value);
  bytes.writeUInt16BE(divisor, 2);
  return bytes;
};
/** 2011-08-14 15:16:17 in a zone two hours ahead of UTC. */
const date = { 0x18: hex('04201108'), 0x19: hex('14151617') };
const sony = {
  0xe0: hex('01080000'),
  0xe4: Buffer.from('HDR-'),
  0xe5: Buffer.from('CX55'),
  0xe6: Buffer.from('0V\0\0'),
};

it.each([
  ['00000.MTS', true],
  ['clip.ts', false],
])('reads date, time zone and camera of %s', async (name, timed) => {
  expect(await videoFacts(name, transportStream({ ...date, ...sony }, timed))).toMatchObject({
    capturedAt: Date.UTC(2011, 7, 14, 15, 16, 17),
    utcOffset: 120,
    dateSource: 'AVCHD DateTimeOriginal',
    camera: 'Sony HDR-CX550V',
    captions: [],
  });
});

it('reads a zone west of UTC with half an hour, and knows none that cannot be', async () => {
  const zoned = (zone: string) =>
    videoFacts('a.mts', transportStream({ 0x18: hex(`${zone}201108`), 0x19: hex('14151617') }));
  expect((await zoned('27')).utcOffset).toBe(-210);
  expect(await zoned('ff')).toMatchObject({ capturedAt: Date.UTC(2011, 7, 14, 15, 16, 17), utcOffset: null });
});

it('reads a position in the south and west', async () => {
  const gps = {
    ...{ 0xb1: Buffer.from('S\0\0\0'), 0xb2: rational(33), 0xb3: rational(52), 0xb4: rational(75, 10) },
    ...{ 0xb5: Buffer.from('W\0\0\0'), 0xb6: rational(70), 0xb7: rational(30), 0xb8: rational(0) },
  };
  const { position } = await videoFacts('a.m2ts', transportStream({ ...date, ...gps }));
  expect(position?.latitude).toBeCloseTo(-(33 + 52 / 60 + 7.5 / 3600), 6);
  expect(position?.longitude).toBe(-70.5);
});

it('has no date where the clock was never set, the digits are none, or the stream has no such data', async () => {
  for (const tags of [
    { 0x18: hex('0019800101'.slice(0, 8)), 0x19: hex('01000000') },
    { 0x18: hex('00ffffff'), 0x19: hex('ffffffff') },
    { 0x18: date[0x18] },
    {},
  ]) {
    expect((await videoFacts('a.mts', transportStream(tags))).dateSource).toBeNull();
  }
});

it('reads what there is of a stream that is cut', async () => {
  const whole = transportStream({ ...date, ...sony });
  expect((await videoFacts('a.mts', whole.subarray(0, 192 * 5))).capturedAt).toBe(Date.UTC(2011, 7, 14, 15, 16, 17));
});
