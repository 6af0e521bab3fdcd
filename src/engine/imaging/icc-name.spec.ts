import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { iccName } from './icc-name.ts';

/** A profile with one description. */
function profileWith(tag: Buffer): Buffer {
  const head = Buffer.alloc(128 + 4 + 12);
  head.writeUInt32BE(1, 128);
  head.write('desc', 132, 'latin1');
  head.writeUInt32BE(head.length, 136);
  head.writeUInt32BE(tag.length, 140);
  return Buffer.concat([head, tag]);
}

/** Texts by language, as version 4 of the format has them. */
function texts(list: readonly (readonly [language: string, text: string])[]): Buffer {
  const head = Buffer.alloc(16 + 12 * list.length);
  head.write('mluc', 0, 'latin1');
  head.writeUInt32BE(list.length, 8);
  head.writeUInt32BE(12, 12);
  const bodies: Buffer[] = [];
  for (const [i, [language, text]] of list.entries()) {
    const body = Buffer.from(text, 'utf16le').swap16();
    const at = 16 + 12 * i;
    head.write(language, at, 'latin1');
    head.writeUInt32BE(body.length, at + 4);
    head.writeUInt32BE(head.length + bodies.reduce((sum, { length }) => sum + length, 0), at + 8);
    bodies.push(body);
  }
  return Buffer.concat([head, ...bodies]);
}

describe('iccName', () => {
  it.each([
    ['srgb', /sRGB/],
    ['p3', /P3/],
  ])("reads the name of libvips' own %s profile", async (name, shown) => {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#369' } })
      .withIccProfile(name)
      .jpeg()
      .toBuffer();
    const { icc } = await sharp(jpeg).metadata();
    expect(icc && iccName(icc)).toMatch(shown);
  });

  it('prefers English, and takes another language where there is none', () => {
    const german = ['deDE', 'Öko-Profil'] as const;
    expect(iccName(profileWith(texts([german, ['enUS', 'Eco profile']])))).toBe('Eco profile');
    expect(iccName(profileWith(texts([german])))).toBe('Öko-Profil');
  });

  it('reads no name from a truncated profile', () => {
    const whole = profileWith(texts([['enUS', 'Camera']]));
    expect(iccName(whole.subarray(0, 100))).toBeNull();
    expect(iccName(whole.subarray(0, 150))).toBeNull();
    expect(iccName(Buffer.alloc(0))).toBeNull();
  });
});
