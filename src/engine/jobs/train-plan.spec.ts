// Memory and examples that a training would need, before it starts.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { trainOptions, type TrainRequest } from '../../shared/contract/training.ts';
import { readableBytes } from '../hashing/training/memory-plan.ts';
import { planTraining, refuseImpossible } from './train-plan.ts';

/** Photos of 6 numbers, texts of 4. */
const widths = { imageWidth: 6, textWidth: 4, sharedWidth: 2 };
const active = {
  encoderId: () => 'e',
  encoderInfo: (id: string) => ({ id, name: '', description: '', ...widths }),
};
const gigabyte = 2 ** 30;

/** @param names the tag of each photo; empty for none */
function tagged(...names: readonly string[]) {
  const library = photoLibrary();
  const photos = names.map((name, n) => {
    const id = library.add(`${n}.jpg`);
    if (name !== '') library.tag(id, name);
    return id;
  });
  const plan = (options: TrainRequest, budget = gigabyte) =>
    planTraining(library.store, active, trainOptions.parse({ bits: 16, ...options }), budget);
  const refuse = (options: TrainRequest, budget = gigabyte) =>
    refuseImpossible(library.store, active, trainOptions.parse({ bits: 16, ...options }), budget);
  /** Gives the first photo this number of captions. */
  const captions = (count: number) => {
    const [first = expect.fail('no photo')] = photos;
    library.caption(first, ...Array.from({ length: count }, (_, n) => String(n)));
  };
  return { ...library, photos, plan, refuse, captions };
}
const half = (count: number) => Array.from({ length: count }, (_, n) => (n < count / 2 ? 'sea' : 'dog'));

it('counts the captions of present photos and the photos judged as right as pairs, and all photos as rows', () => {
  const { store, add, caption, plan } = tagged();
  const [a, b, gone] = [add('a'), add('b'), add('gone')];
  caption(a, 'a dog', 'at the sea');
  caption(gone, 'nobody sees it');
  store.photos.setPresent(gone, false);
  store.judgements.set('search', 'boat', [b], true);
  store.judgements.set('search', 'boat', [a], false);
  // 3 photos of 6 numbers and 3 texts of 4 numbers, of 4 bytes each; the fit works on doubles and one copy.
  const data = (3 * 6 + 3 * 4) * 4;
  // 16 bits as numbers of 4 bytes and as 2 bytes.
  const parts = { data, fit: 3 * data, evaluation: 6 * (16 * 4 + 2) };
  const total = 4 * data + parts.evaluation;
  expect(plan({ method: 'itq' })).toEqual({
    method: 'itq',
    ...{ memory: { total, parts }, parameters: 0, budget: gigabyte, fits: true, pairs: 3, pairPhotos: 2 },
    ...{ needs: { pairs: 16, photos: 4 }, enough: true },
    labels: { photos: 0, labels: 0, lacking: 'photos' },
  });
});

it('counts names of labels as further texts where these are learned from, and not as pairs', () => {
  const { plan } = tagged(...half(10));
  const data = (texts: number) => (10 * 6 + texts * 4) * 4;
  expect(plan({ method: 'itq', from: 'captions' })).toMatchObject({ pairs: 0, memory: { parts: { data: data(0) } } });
  expect(plan({ method: 'itq', from: 'both' })).toMatchObject({ pairs: 0, memory: { parts: { data: data(10) } } });
});

it('fits where it takes no more than its budget, and is refused above it with both sizes', () => {
  const { plan, refuse } = tagged('', '');
  const { total } = plan({ method: 'itq' }).memory;
  expect([plan({ method: 'itq' }, total).fits, plan({ method: 'itq' }, total - 1).fits]).toEqual([true, false]);
  expect(() => refuse({ method: 'itq' }, total)).not.toThrow();
  expect(() => refuse({ method: 'itq' }, total - 1)).toThrow(expect.objectContaining({ code: 'too-large' }));
  const wide = { method: 'ucch', hidden: 8192 };
  const needed = plan(wide).memory.total;
  const sizes = `needs about ${readableBytes(needed)}.* may take ${readableBytes(needed / 4)}`;
  expect(() => refuse(wide, needed / 4)).toThrow(new RegExp(sizes));
});

it('needs 16 pairs on four photos to learn from captions, and none for a method without pairs', () => {
  const { plan, caption, photos } = tagged('', '', '', '');
  const enough = (method: string) => plan({ method, hidden: 8 }).enough;
  const describe = (id: PhotoId, count: number) => caption(id, ...Array.from({ length: count }, (_, n) => String(n)));
  const [first, ...others] = photos as [PhotoId, ...PhotoId[]];
  describe(first, 16);
  expect([enough('two-tower'), enough('itq')]).toEqual([false, true]);
  for (const id of others) describe(id, 1);
  expect([enough('two-tower'), enough('itq')]).toEqual([true, true]);
  describe(first, 12);
  expect([enough('two-tower'), enough('itq')]).toEqual([false, true]);
});

it('counts the tags of a photo without a caption as one pair, as the training does', () => {
  const { store, photos, plan } = tagged('sea', '');
  const [first] = photos as [PhotoId];
  store.texts.refreshTagCaption(first);
  expect(plan({ method: 'two-tower', hidden: 8 })).toMatchObject({ pairs: 1, pairPhotos: 1 });
});

it('needs two labels on 16 photos to learn from labels, and refuses fewer', () => {
  for (const from of ['tags', 'both'] as const) {
    const options = { from, method: 'itq' };
    const [few, many, alike] = [
      tagged(...half(15)),
      tagged(...half(16)),
      tagged(...Array<string>(16).fill('sea'), 'dog', 'cat'),
    ];
    expect(few.plan(options)).toMatchObject({ enough: false, labels: { photos: 15, labels: 2, lacking: 'photos' } });
    expect(many.plan(options)).toMatchObject({ enough: true, labels: { photos: 16, labels: 2, lacking: null } });
    expect(alike.plan(options)).toMatchObject({ enough: false, labels: { photos: 16, labels: 1, lacking: 'labels' } });
    for (const { refuse } of [few, alike]) {
      expect(() => refuse(options)).toThrow(expect.objectContaining({ code: 'too-few-pairs' }));
    }
    expect(() => many.refuse(options)).not.toThrow();
  }
});

it('does not refuse to learn from captions where there are no labels', () => {
  expect(() => tagged('', '').refuse({ method: 'itq' })).not.toThrow();
});

it('plans the method that learns from labels where the one asked for learns from captions alone', () => {
  const { plan } = tagged(...half(16));
  const parameters = (from: 'captions' | 'tags' | 'both') =>
    plan({ method: 'ucch', hidden: 8, negatives: 8, from }).parameters;
  // Learning from labels is solved in one go, without parameters.
  expect(parameters('tags')).toBe(0);
  expect([parameters('captions'), parameters('both')]).not.toContain(0);
});

it('refuses an unknown method, setting or device', () => {
  const { plan } = tagged('');
  const refused = expect.objectContaining({ code: 'bad-argument' }) as Error;
  expect(() => plan({ method: 'none' })).toThrow(refused);
  expect(() => plan({ method: 'itq', settings: { colour: 3 } })).toThrow(refused);
  expect(() => plan({ method: 'itq', device: 'abacus' })).toThrow(refused);
  expect(() => plan({ method: 'none', from: 'tags' })).toThrow(refused);
});

it('takes more memory with a wider hidden layer or more negatives, and on the CPU as long as no device is known', () => {
  const { plan, captions } = tagged('');
  captions(16);
  const memory = (options: TrainRequest) => plan({ method: 'ucch', hidden: 8, negatives: 8, ...options }).memory;
  const onCpu = memory({ device: 'cpu' });
  expect(memory({ hidden: 16 }).total).toBeGreaterThan(onCpu.total);
  expect(memory({ negatives: 16 }).total).toBeGreaterThan(onCpu.total);
  expect(memory({ device: 'auto' })).toEqual(onCpu);
  expect(memory({ device: 'webgpu' })).not.toEqual(onCpu);
});

it('plans steps of as many pairs as there are, and of fewer where that is asked for', () => {
  const { plan, captions } = tagged('');
  captions(16);
  const step = (batch: number) => plan({ method: 'ucch', hidden: 8, negatives: 8, batch }).memory.parts['step'] ?? 0;
  const all = step(16);
  expect(step(256)).toBe(all);
  expect(step(8)).toBeLessThan(all);
});

it('learns a row for each word that captions may have', () => {
  const { plan, captions } = tagged('');
  const parameters = (count: number) => {
    captions(count);
    return plan({ method: 'two-tower', hidden: 8 }).parameters;
  };
  expect(parameters(100)).toBeGreaterThan(parameters(1));
});
