// Newly written texts, encoded at once beside the jobs.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { ItemKind } from '../store/item-kinds.ts';
import { WrittenTexts } from './written-texts.ts';

const info = { id: 'e', name: '', description: '', imageWidth: 1, textWidth: 1, sharedWidth: 1 };
const model = 'm' as ModelId;

/** @param failures errors of the encoder's next calls, one each; null for a call that works */
function library({ isAvailable = true, failures = [] as (Error | null)[] } = {}) {
  const { store, add, caption, tag } = photoLibrary();
  store.models.begin({ id: model, method: 'itq', bits: 8, encoderId: 'e', state: 'ready', options: {} });
  const encoded: (readonly string[])[] = [];
  const coded: (readonly [ItemKind, number])[] = [];
  const log: string[] = [];
  let [atWork, mostAtWork] = [0, 0];
  const encoder = {
    info,
    encodeTexts: async (texts: readonly string[]) => {
      mostAtWork = Math.max(mostAtWork, ++atWork);
      await Promise.resolve();
      atWork--;
      const error = failures.shift() ?? null;
      if (error !== null) throw error;
      if (texts.length > 0) encoded.push(texts);
      return Float32Array.from(texts, ({ length }) => length);
    },
  };
  const texts = new WrittenTexts(
    store,
    {
      encoderForJobs: () => Promise.resolve(isAvailable ? encoder : null),
      model: () => Promise.resolve({ id: model }),
    },
    {
      make: (kind, ids) => {
        for (const id of ids) {
          coded.push([kind, id]);
          store.codes.put(kind, model, id, Uint8Array.of(1));
        }
        return Promise.resolve();
      },
    },
    (line) => log.push(line),
  );
  return { store, add, caption, tag, texts, encoded, coded, log, mostAtWork: () => mostAtWork };
}

it('encodes the captions and tags of the changed photos alone, and makes their codes', async () => {
  const { store, add, caption, tag, texts, encoded, coded } = library();
  const [a, b] = [add('a'), add('b')];
  caption(a, 'at the sea');
  tag(a, 'dog');
  caption(b, 'another');
  texts.changed([a]);
  await texts.idle();
  expect(encoded).toEqual([['at the sea'], ['dog']]);
  const [line] = store.texts.captionsOf(a);
  const [tagId] = store.edits.textIds('tag', [a]);
  expect(coded).toEqual([
    ['caption', line?.id],
    ['tag', tagId],
  ]);
  expect(store.features.all('caption', 'e', 1)).toEqual({ ids: [line?.id], rows: Float32Array.of(10) });
});

it('encodes nothing twice', async () => {
  const { add, caption, texts, encoded, coded } = library();
  const a = add('a');
  caption(a, 'at the sea');
  texts.changed([a]);
  await texts.idle();
  caption(a, 'at the sea', 'at home');
  texts.changed([a]);
  await texts.idle();
  expect(encoded).toEqual([['at the sea'], ['at home']]);
  expect(coded).toHaveLength(2);
});

it('takes photos that change meanwhile afterwards, one turn at a time', async () => {
  const { add, caption, texts, encoded, mostAtWork } = library();
  const photos = ['a', 'b', 'c'].map((name) => {
    const id = add(name);
    caption(id, name);
    return id;
  });
  for (const id of photos) texts.changed([id]);
  await texts.idle();
  expect(encoded).toEqual([['a'], ['b', 'c']]);
  expect(mostAtWork()).toBe(1);
});

it('leaves all of it for later while no encoder is available', async () => {
  const { add, caption, texts, encoded, coded, log } = library({ isAvailable: false });
  const a = add('a');
  caption(a, 'at the sea');
  texts.changed([a]);
  await texts.idle();
  expect([encoded, coded, log]).toEqual([[], [], []]);
});

it('logs why a text could not be encoded, and goes on with the next change', async () => {
  const { add, caption, texts, encoded, log } = library({ failures: [new Error('the disk is full')] });
  const a = add('a');
  caption(a, 'at the sea');
  texts.changed([a]);
  await texts.idle();
  expect([encoded, log]).toEqual([[], ['new captions and tags could not be encoded: Error: the disk is full']]);
  texts.changed([a]);
  await texts.idle();
  expect([encoded, log.length]).toEqual([[['at the sea']], 1]);
});

it('logs a reason that is no foreign key or no error, and does not try again', async () => {
  const reasons = [
    Object.assign(new Error('full'), { code: 'SQLITE_FULL' }),
    { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } as unknown as Error,
  ];
  for (const reason of reasons) {
    const { add, caption, texts, encoded, log } = library({ failures: [reason] });
    const a = add('a');
    caption(a, 'at the sea');
    texts.changed([a]);
    await texts.idle();
    expect([encoded, log.length]).toEqual([[], 1]);
  }
});

it('reads the texts once more where one was removed meanwhile, without a word in the log', async () => {
  const removed = Object.assign(new Error('refused'), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  const { add, caption, texts, encoded, log } = library({ failures: [removed] });
  const a = add('a');
  caption(a, 'at the sea');
  texts.changed([a]);
  await texts.idle();
  expect([encoded, log]).toEqual([[['at the sea']], []]);
});

it('has nothing to wait for before a change', async () => {
  await expect(library().texts.idle()).resolves.toBeUndefined();
});
