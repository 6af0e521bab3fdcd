// MPEG transport streams as camcorders write them: tables, and one H.264 stream whose first picture has user data.

const packetBytes = 188;

/** Packets of one stream; the last one is filled with an adaptation field. */
function packets(id: number, payload: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0, n = 0; at < payload.length; n++) {
    const part = payload.subarray(at, at + packetBytes - 4);
    at += part.length;
    const fill = packetBytes - 4 - part.length;
    const head = Buffer.from([0x47, (n === 0 ? 0x40 : 0) | (id >> 8), id & 0xff, (fill > 0 ? 0x30 : 0x10) | (n & 15)]);
    const filling = Buffer.alloc(fill, 0xff);
    if (fill > 0) filling[0] = fill - 1;
    if (fill > 1) filling[1] = 0;
    all.push(Buffer.concat([head, filling, part]));
  }
  return all;
}

/** A table of programs: its length is counted behind the third byte, and its check sum is left at zero. */
const table = (id: number, body: readonly number[]): Buffer =>
  Buffer.from([0, id, 0xb0, body.length + 4, ...body, 0, 0, 0, 0]);

/** User data of H.264, unregistered: entries of a tag and four bytes. */
function userData(tags: Readonly<Record<number, Buffer>>): Buffer {
  const entries = Object.entries(tags).map(([tag, value]) => Buffer.concat([Buffer.from([Number(tag)]), value]));
  const content = Buffer.concat([
    Buffer.from('17ee8c60f84d11d98cd60800200c9a66', 'hex'),
    Buffer.from('MDPM'),
    Buffer.from([entries.length]),
    ...entries,
  ]);
  const unit = Buffer.concat([Buffer.from([5, content.length]), content, Buffer.from([0x80])]);
  const escaped = unit.toString('latin1').replace(/\0\0(?=[\0-\x03])/g, '\0\0\x03');
  return Buffer.concat([Buffer.from([0, 0, 0, 1, 6]), Buffer.from(escaped, 'latin1')]);
}

/** @param timed with four bytes of time before each packet, as in M2TS */
export function transportStream(tags: Readonly<Record<number, Buffer>>, timed = true): Buffer {
  const video = Buffer.concat([
    Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1]),
    Buffer.from([0, 0, 0, 1, 9, 0x10]),
    userData(tags),
    Buffer.from([0, 0, 0, 1, 0x65]),
    Buffer.alloc(600, 7),
  ]);
  const all = [
    ...packets(0, table(0, [0, 1, 0xc1, 0, 0, 0, 1, 0xe1, 0])),
    ...packets(0x100, table(2, [0, 1, 0xc1, 0, 0, 0xf0, 1, 0xf0, 0, 0x1b, 0xf0, 0x11, 0xf0, 0])),
    ...packets(0x1011, video),
    ...packets(0x1011, video),
  ];
  return Buffer.concat(timed ? all.flatMap((packet) => [Buffer.alloc(4), packet]) : all);
}
