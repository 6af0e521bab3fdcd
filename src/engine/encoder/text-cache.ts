// Keeps the rows of recent texts: each page of an answer, each change of a filter and each key press needs the rows
// of the query's words again.
import type { Encoder } from './encoder.ts';

/** Texts whose rows are kept: at most 4 MB with the widest known rows. */
const mostTexts = 1024;
/** Larger requests are captions, which are encoded once each. */
const largestRequest = 16;

/**
 * Wraps an encoder and computes a text once while it is among the recent ones. Later requests share one that is in
 * progress; failed requests are forgotten.
 */
export function withTextCache(encoder: Encoder): Encoder {
  const width = encoder.info.textWidth;
  /** Rows by text, the most recently requested last. */
  const known = new Map<string, Promise<Float32Array>>();

  function keep(text: string, row: Promise<Float32Array>): void {
    known.delete(text);
    known.set(text, row);
    const [oldest] = known.keys();
    if (known.size > mostTexts && oldest !== undefined) known.delete(oldest);
  }

  /** Rows of texts that are not known. */
  function ask(texts: readonly string[]): Map<string, Promise<Float32Array>> {
    const asked = new Map<string, Promise<Float32Array>>();
    if (texts.length === 0) return asked;
    const all = encoder.encodeTexts(texts);
    texts.forEach((text, at) => {
      const row = all.then((rows) => rows.slice(at * width, (at + 1) * width));
      row.catch(() => {
        if (known.get(text) === row) known.delete(text);
      });
      asked.set(text, row);
    });
    return asked;
  }

  return {
    info: encoder.info,
    input: encoder.input,
    get imageBatch() {
      return encoder.imageBatch;
    },
    prepareImage: (source) => encoder.prepareImage(source),
    encodeImages: (images) => encoder.encodeImages(images),
    async encodeTexts(texts) {
      if (texts.length > largestRequest) return encoder.encodeTexts(texts);
      const asked = ask([...new Set(texts)].filter((text) => !known.has(text)));
      const found = texts.map((text) => ({ text, row: asked.get(text) ?? known.get(text) }));
      const rows = new Float32Array(texts.length * width); // [n, width]
      for (const { text, row } of found) if (row !== undefined) keep(text, row);
      for (const [at, { row }] of found.entries()) if (row !== undefined) rows.set(await row, at * width);
      return rows;
    },
    dispose: () => encoder.dispose(),
  };
}
