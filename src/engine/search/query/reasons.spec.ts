// Reasons of hits, from a library of given words and given evidence by similarity.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { HitReason } from '../../../shared/contract/search.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { UnseenPhotos } from '../../models/unseen-photos.ts';
import { openStore } from '../../store/database.ts';
import { HitReasons, matchingCaption } from './reasons.ts';
import { matchWords } from './text-terms.ts';

const captions = ['a dog on the beach', 'a dog', 'the dog Bello', 'a boat'];

interface Given {
  readonly ownScore?: number;
  readonly neighbours?: number;
  /** Null where the model has learned nothing. */
  readonly learned?: number | null;
  /** False where the encoder knows nothing of the words. */
  readonly sees?: boolean;
  readonly unseen?: UnseenPhotos | null;
}

/** Reasons of every photo for a text; evidence by similarity is the same for all of them. */
function ask(text: string, { ownScore = -1, neighbours = 0, learned = null, sees = true, unseen = null }: Given = {}) {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  const ids = store.transaction(() =>
    captions.map((caption, i) => {
      const id = store.photos.insert(folder, photoFile(`${i === 3 ? 'beach' : i}.jpg`), {
        ...photoFacts,
        contentHash: String(i),
      });
      store.texts.replaceCaptions(id, ['caption-file'], [{ text: caption, source: 'caption-file' }]);
      store.texts.replaceTags(id, ['xmp'], i === 2 ? [{ name: 'dog', source: 'xmp' }] : []);
      return id;
    }),
  );
  const all = (value: number) => Float64Array.from(ids, () => value);
  const match = matchWords(store, text);
  const semantic = { row: new Float32Array(1), real: new Float32Array(0), encoderWeight: 1, code: new Uint8Array(2) };
  const term = {
    term: { kind: 'text', text, weight: 1 },
    label: text,
    text: match,
    semantic: sees ? semantic : null,
    unknown: null,
  } as const;
  const evidence = {
    weight: 1,
    similarities: null,
    background: { mean: 0, deviation: 0 },
    sample: new Float32Array(0),
    learned: learned === null ? null : all(learned),
    text: match.scores,
  };
  const judged = { term, evidence, similarity: { ownScore: all(ownScore), neighbours: all(neighbours) } };
  const reasons = new HitReasons(store.fullText, [judged], ids, unseen);
  return ids.map((id, i): HitReason[] => reasons.of(id, i));
}

const looksLike = { code: 'looks-like' };

it('names the words and the place where they are found', () => {
  expect(ask('dog beach')).toEqual([
    [{ code: 'caption', words: ['dog', 'beach'] }],
    [{ code: 'caption', words: ['dog'] }],
    [
      { code: 'caption', words: ['dog'] },
      { code: 'tag', words: ['dog'] },
    ],
    [{ code: 'name', words: ['beach'] }],
  ]);
});

it('adds what similarity says, the stronger first, and only what speaks for the photo', () => {
  expect(ask('dog', { ownScore: 0.5, neighbours: 2 })[1]).toEqual([
    { code: 'caption', words: ['dog'] },
    { code: 'described-alike' },
    looksLike,
  ]);
  expect(ask('dog', { ownScore: 3, neighbours: 0.6 })[1]).toEqual([{ code: 'caption', words: ['dog'] }, looksLike]);
  expect(ask('dog', { ownScore: 3, sees: false })[1]).toEqual([{ code: 'caption', words: ['dog'] }]);
});

it('says that the weakest matches are there for their similarity, as nothing else is', () => {
  expect(ask('zebra')).toEqual(captions.map(() => [looksLike]));
});

it('counts the photos that the model has learned all the words from, without those kept from it', () => {
  const learned = (unseen: UnseenPhotos | null, text = 'dog') => ask(text, { ownScore: 1, learned: 0.1, unseen })[3];
  expect(learned({ heldOut: [], newest: 9 })).toEqual([{ code: 'learned', photos: 3 }]);
  expect(learned({ heldOut: [1 as PhotoId], newest: 9 })).toEqual([{ code: 'learned', photos: 2 }]);
  expect(learned({ heldOut: [], newest: 1 })).toEqual([{ code: 'learned', photos: 1 }]);
  expect(learned({ heldOut: [], newest: 9 }, 'dog zebra')).toEqual([{ code: 'learned', photos: 0 }]);
  expect(learned(null)).toEqual([{ code: 'learned', photos: 0 }]);
  expect(ask('dog', { ownScore: 1, learned: -0.1 })[3]).toEqual([looksLike]);
  expect(ask('dog', { ownScore: 1, learned: -Infinity })[3]).toEqual([looksLike]);
});

it('shows of several captions the one that has most of the words', () => {
  const all = ['A red panda.', 'Animals in a tree', 'An animal', 'A tree'];
  expect(matchingCaption('A red panda.', all, ['animal'])).toBe('Animals in a tree');
  expect(matchingCaption('An animal', all, ['animal'])).toBe('An animal');
  expect(matchingCaption('A red panda.', all, ['animal', 'trees'])).toBe('Animals in a tree');
  expect(matchingCaption('A red panda.', all, ['bear'])).toBe('A red panda.');
  expect(matchingCaption(null, ['An animal'], ['animal'])).toBe('An animal');
  expect(matchingCaption(null, [], ['animal'])).toBe(null);
});
