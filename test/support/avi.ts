// Chunks of AVI videos.

/** @param size to write instead of the content's */
export function chunk(type: string, content: Buffer | string, size = Buffer.byteLength(content)): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, Buffer.from(content), Buffer.alloc(Buffer.byteLength(content) % 2)]);
}

export const list = (kind: string, ...chunks: readonly Buffer[]): Buffer =>
  chunk('LIST', Buffer.concat([Buffer.from(kind), ...chunks]));

export const texts = (values: Readonly<Record<string, string | Buffer>>): Buffer[] =>
  Object.entries(values).map(([type, text]) => chunk(type, text));

export const avi = (...chunks: readonly Buffer[]): Buffer =>
  chunk('RIFF', Buffer.concat([Buffer.from('AVI '), ...chunks]));

/** The header of a video of one stream, with chunks of cameras behind it. */
export const header = (...more: readonly Buffer[]): Buffer =>
  list('hdrl', chunk('avih', Buffer.alloc(56)), list('strl', chunk('strh', Buffer.alloc(56))), ...more);
