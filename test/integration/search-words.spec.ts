// People's words rank above the encoder's matches, in an album of generated photos.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { nothingFitsNotice, wordsWithoutFitNotice } from '../../src/engine/search/relevance/relevance.ts';
import { englishOf } from '../../src/shared/sentences.ts';
import { fileNames, indexedAlbum, search } from '../support/engine.ts';

/** A different picture for each number: circles of other colours at other places. */
function picture(n: number): Promise<Buffer> {
  const circles = Array.from({ length: 8 }, (_, i) => {
    const [x, y] = [(n * 53 + i * 97) % 160, (n * 31 + i * 71) % 120];
    return `<circle cx="${x}" cy="${y}" r="${8 + ((n + i) % 5) * 6}" fill="hsl(${(n * 47 + i * 40) % 360} 70% 50%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="160" height="120" fill="hsl(${n * 13} 30% 60%)"/>${circles.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

const sidecar = (tag: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag><rdf:li>${tag}</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>`;

describe('in an album of 120 photos', () => {
  let album: string;
  let engine: Engine;
  /** Photos by the word written about each. */
  const written = new Map<string, string[]>();

  async function photo(n: number, path: string, word: string | null, beside: Record<string, string> = {}) {
    mkdirSync(dirname(join(album, path)), { recursive: true });
    writeFileSync(join(album, path), await picture(n));
    for (const [ending, text] of Object.entries(beside))
      writeFileSync(join(album, path.replace(/\.jpg$/, ending)), text);
    if (word !== null) written.set(word, [...(written.get(word) ?? []), basename(path)].sort());
  }

  async function fill(folder: string) {
    album = folder;
    for (let n = 0; n < 120; n++) {
      const name = `${1000 + n * 7}_${((n + 1) * 2654435761).toString(16).slice(0, 7)}3b_fab${n % 10}.jpg`;
      if (n % 4 === 0) await photo(n, name, 'Anna', { '.xmp': sidecar('Anna') });
      else if (n % 12 === 1) await photo(n, name, 'Tom', { '.txt': 'Tom sleeps\n' });
      else if (n % 12 === 2) await photo(n, `Oma/${name}`, 'Oma');
      else if (n % 12 === 3) await photo(n, `Will_${n}.jpg`, 'Will');
      else if (n % 12 === 5) await photo(n, name, 'May', { '.xmp': sidecar('May') });
      else if (n % 12 === 6) await photo(n, name, 'Mark', { '.xmp': sidecar('Mark') });
      else if (n % 12 === 7) await photo(n, name, null, { '.txt': 'a person on the beach of Xylandria\n' });
      else if (n % 12 === 9) await photo(n, name, 'hound', { '.txt': 'our hound\n' });
      else if (n === 10) await photo(n, name, 'robots', { '.txt': 'Seven purple robots dance on the moon.\n' });
      else if (n === 34) await photo(n, name, 'MariaLuise', { '.xmp': sidecar('MariaLuise') });
      else if (n === 46) await photo(n, name, 'MariaLuise', { '.txt': 'Maria Luise\n' });
      else if (n === 58) await photo(n, name, 'Christmas Eve', { '.txt': 'December 24, 1987\n' });
      else await photo(n, name, null);
    }
  }

  beforeAll(async () => {
    const indexed = await indexedAlbum(fill);
    engine = indexed.engine;
    return indexed.close;
  });

  it.each([
    ['Anna', 'Anna'],
    ['photos of anna', 'Anna'],
    ['Tom', 'Tom'],
    ['Oma', 'Oma'],
    ['Will', 'Will'],
    ['May', 'May'],
    ['mark', 'Mark'],
  ])('“%s” shows all photos that say %s first, in sidecar, caption, folder or name', async (text, word) => {
    const right = written.get(word) ?? [];
    expect(right.length).toBeGreaterThanOrEqual(10);
    const answer = await search(engine, { text, limit: 120 });
    expect(fileNames(answer).slice(0, right.length).sort()).toEqual(right);
    expect(answer.notice ?? '').not.toContain(englishOf(nothingFitsNotice));
    expect(answer.weakFrom ?? 120).toBeGreaterThanOrEqual(right.length);
  });

  it.each(['Seven purple robots dance on the moon', 'purple robots dance on the Moon!'])(
    '“%s” shows the photo first whose caption has it word for word, and does not say that nothing fits',
    async (text) => {
      const { hits, weakFrom, notice } = await search(engine, { text, limit: 120 });
      expect(hits.slice(0, 1).map(({ path }) => basename(path))).toEqual(written.get('robots'));
      expect(hits[0]?.probability).toBeGreaterThanOrEqual(0.95);
      expect([weakFrom, notice]).toEqual([1, null]);
    },
  );

  it.each([
    ['MariaLuise', 'MariaLuise'],
    ['Maria Luise', 'MariaLuise'],
    ['24.12.1987', 'Christmas Eve'],
    ['24. Dezember 1987', 'Christmas Eve'],
  ])('puts the photos first that write “%s” in another way, and corrects nothing', async (text, word) => {
    const answer = await search(engine, { text });
    const right = written.get(word) ?? [];
    expect(answer.corrections).toEqual([]);
    expect(fileNames(answer).slice(0, right.length).sort()).toEqual(right);
    expect(answer.hits[0]?.reasons[0]).toMatchObject({ words: expect.any(Array) as string[] });
  });

  it('does not say that nothing fits where a photo has all the words in another order', async () => {
    const { weakFrom, notice } = await search(engine, { text: 'moon robots dance purple seven', limit: 120 });
    expect(weakFrom).toBe(0);
    expect(notice).toBe(englishOf(wordsWithoutFitNotice));
    const other = await search(engine, { text: 'moon robots dance purple ships', limit: 120 });
    expect(other.weakFrom).toBe(0);
    expect(other.notice).toContain(englishOf(nothingFitsNotice));
  });

  it('does not take a part of a hash for a word, nor “being” for “beach”', async () => {
    for (const text of ['fab', 'bed', 'being']) {
      const answer = await search(engine, { text, limit: 120 });
      expect({ text, withWords: answer.hits.filter((hit) => hit.textScore !== null).map((hit) => hit.path) }).toEqual({
        text,
        withWords: [],
      });
    }
  });

  it.each([
    ['elefant', [{ typed: 'elefant', used: 'elephant' }]],
    ['skatebord', [{ typed: 'skatebord', used: 'skateboard' }]],
    [
      'a girafe and a zeebra',
      [
        { typed: 'girafe', used: 'giraffe' },
        { typed: 'zeebra', used: 'zebra' },
      ],
    ],
    ['schoolbus', [{ typed: 'schoolbus', used: 'school bus' }]],
    // Only a caption of this library has it.
    ['Xylandria', []],
    ['xilandria', [{ typed: 'xilandria', used: 'xylandria' }]],
    // Known, the beginning of a known word, or far from every word.
    ['elephant', []],
    ['elepha', []],
    ['qqxzzy', []],
    ['schwarze katze im schnee', []],
    ['"elefant"', []],
  ])('reads “%s” as the nearest word that is known, and says so', async (text, corrections) => {
    const answer = await search(engine, { text, limit: 120 });
    expect(answer.corrections).toEqual(corrections);
    if (corrections.length === 0) return;
    const right = corrections.reduce((all, { typed, used }) => all.replace(typed, used), text);
    expect(fileNames(answer)).toEqual(fileNames(await search(engine, { text: right, limit: 120 })));
    const typed = await search(engine, { text, limit: 120, asTyped: true });
    expect(typed.corrections).toEqual([]);
    expect(fileNames(typed)).not.toEqual(fileNames(answer));
  });

  it('subtracts in plain words, and says so', async () => {
    const answer = await search(engine, { text: 'Anna without Tom', limit: 120 });
    expect(answer.query.terms).toEqual([
      { kind: 'text', text: 'Anna', weight: 1 },
      { kind: 'text', text: 'tom', weight: -1 },
    ]);
    expect(answer.notice).toContain('“without Tom” was taken as -tom.');
    expect(fileNames(answer).slice(0, 30).sort()).toEqual(written.get('Anna'));
  });

  it.each([
    ['dog', true],
    ['puppy', false],
    ['spaniel', false],
    ['canine', true],
  ])('finds what a photo says with another word for “%s”, or for a kind of it', async (text, isWhole) => {
    const answer = await search(engine, { text, limit: 120 });
    const withWords = answer.hits.filter((hit) => hit.textScore !== null);
    expect(withWords.map((hit) => basename(hit.path)).sort()).toEqual(written.get('hound'));
    // A hound may be a puppy, but no text says so.
    if (isWhole) expect(fileNames(answer).slice(0, withWords.length).sort()).toEqual(written.get('hound'));
  });

  it('puts nothing first that says what is subtracted', async () => {
    const answer = await search(engine, {
      text: 'Anna',
      limit: 120,
      terms: [{ kind: 'text', text: 'Tom', weight: -1 }],
    });
    expect(fileNames(answer).slice(0, 30).sort()).toEqual(written.get('Anna'));
  });
});
