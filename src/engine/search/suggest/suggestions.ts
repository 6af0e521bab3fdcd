// Suggests the person's own words for photos, with the chance that they fit.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { SuggestedWord } from '../../../shared/contract/suggestions.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { ActiveModel, ActiveModels } from '../../models/active-models.ts';
import { Yielder } from '../../runtime/yielder.ts';
import type { Store } from '../../store/database.ts';
import { ImageSpaces, type ImageSpace } from '../rerank/image-space.ts';
import { readCandidates, type CandidateRows } from '../rerank/rerank.ts';
import { DescribedPhotos, type JudgedWord, type Word } from './described-photos.ts';
import { looksLike, photoLooks } from './photo-looks.ts';
import { chanceOf, fitSuggestions, type SuggestionModel, type SuggestionSample } from './suggestion-model.ts';

/** Number of described photos for the fit. */
const mostAsked = 300;
/** Number of newly described photos after which the model is fitted again. */
const growth = 1.1;
/** Largest difference of similar photos, as a share of the mean difference between photos. */
const alikeShare = 0.25;
/** Number of photos for the mean difference between photos. */
const mostUsual = 200;
/** Less likely words do not help. */
const leastChance = 0.005;

interface Models {
  readonly tag: SuggestionModel | null;
  readonly caption: SuggestionModel | null;
}

interface Library {
  readonly info: EncoderInfo;
  readonly active: ActiveModel;
  readonly space: ImageSpace | null;
  readonly described: DescribedPhotos;
}

export class WordSuggester {
  readonly #store: Store;
  readonly #active: ActiveModels;
  readonly #spaces = new ImageSpaces();
  #library: { readonly key: string; readonly opened: Promise<Library> } | null = null;
  #models: { readonly key: string; readonly fitted: Promise<Models> } | null = null;

  constructor(store: Store, active: ActiveModels) {
    this.#store = store;
    this.#active = active;
  }

  /**
   * @param state changes whenever photos, texts about them, or judgements may have changed
   * @returns the likeliest words, without those rejected for one of the photos
   */
  async words(
    photoIds: readonly PhotoId[],
    limit: number,
    state: string,
  ): Promise<{ suggestions: SuggestedWord[]; described: number }> {
    const library = await this.#open(state);
    const { described } = library;
    const models = await this.#fitted(library);
    const looks = await photoLooks(this.#store, library.info, library.space, photoIds);
    const found = new Map<string, { word: JudgedWord; odds: number; chances: number[] }>();
    const kept = this.#store.texts.writtenOf(photoIds);
    const isTold = (word: Word) =>
      photoIds.some((id) => described.isRejected(id, word)) ||
      photoIds.every((id) => {
        const { tags, captions } = kept.get(id) ?? { tags: [], captions: [] };
        return (word.kind === 'tag' ? tags : captions).includes(word.text);
      });
    for (const [at, id] of looks.ids.entries()) {
      const self = described.looks.ids.indexOf(id);
      for (const word of described.wordsFor(looks, at, await this.#rowOf(library, id), self)) {
        if (isTold(word)) continue;
        const model = models[word.kind];
        const judged = model === null ? null : chanceOf(model, word.features);
        // Before a fit, the words of similar photos are the only evidence.
        const odds = judged?.odds ?? word.features.near;
        const key = `${word.kind} ${word.text}`;
        const before = found.get(key) ?? { word, odds: 0, chances: [] };
        if (judged !== null) before.chances.push(judged.chance);
        found.set(key, { ...before, odds: before.odds + odds });
      }
    }
    const photos = Math.max(1, looks.ids.length);
    const all = Array.from(found.values(), ({ word, odds, chances }) => ({
      kind: word.kind,
      text: word.text,
      // With several photos, a word that is not a candidate of a photo counts as not fitting that photo.
      chance: models[word.kind] === null ? null : chances.reduce((sum, chance) => sum + chance, 0) / photos,
      photos: word.photos,
      odds: odds / photos,
    }));
    all.sort((a, b) => (b.chance ?? -1) - (a.chance ?? -1) || b.odds - a.odds || (a.text < b.text ? -1 : 1));
    return {
      suggestions: all
        .filter(({ chance, photos: alike }) => (chance === null ? alike > 0 : chance >= leastChance))
        .slice(0, limit)
        .map(({ odds: _, ...suggestion }) => suggestion),
      described: described.count,
    };
  }

  /** Those of `others` that look similar to a photo, the most similar first. */
  async alike(photoId: PhotoId, others: readonly PhotoId[], state: string): Promise<PhotoId[]> {
    const { info, space } = await this.#open(state);
    const own = await photoLooks(this.#store, info, space, [photoId]);
    const looks = await photoLooks(this.#store, info, space, others);
    if (own.ids.length === 0) return [];
    const general = await photoLooks(this.#store, info, space, this.#store.photos.spread(mostUsual));
    const usual = looksLike(own, 0, general);
    const mean = usual.reduce((sum, x) => sum + x, 0) / Math.max(1, usual.length);
    const cosines = looksLike(own, 0, looks);
    return Array.from(cosines.keys())
      .filter((i) => 1 - numberAt(cosines, i) <= alikeShare * (1 - mean))
      .sort((a, b) => numberAt(cosines, b) - numberAt(cosines, a))
      .map((i) => itemAt(looks.ids, i));
  }

  async #open(state: string): Promise<Library> {
    const active = await this.#active.model();
    const info = this.#active.encoderInfo(this.#active.encoderId());
    const key = `${info.id} ${active.id} ${state}`;
    if (this.#library?.key !== key) {
      const opened = this.#load(info, active);
      this.#library = { key, opened };
      opened.catch(() => {
        if (this.#library?.opened === opened) this.#library = null;
      });
    }
    return this.#library.opened;
  }

  async #load(info: EncoderInfo, active: ActiveModel): Promise<Library> {
    const space = await this.#spaces.of(this.#store, info, this.#store.photos.count(true));
    return { info, active, space, described: await DescribedPhotos.open(this.#store, info, active, space) };
  }

  #fitted(library: Library): Promise<Models> {
    const { info, active, described } = library;
    const key = `${info.id} ${active.id} ${Math.round(Math.log(described.count + 1) / Math.log(growth))}`;
    if (this.#models?.key !== key) {
      const fitted = this.#fit(library);
      this.#models = { key, fitted };
      fitted.catch(() => {
        if (this.#models?.fitted === fitted) this.#models = null;
      });
    }
    return this.#models.fitted;
  }

  /** Uses described photos as if they were undescribed. */
  async #fit(library: Library): Promise<Models> {
    const { described } = library;
    const yielder = new Yielder();
    const samples: Record<Word['kind'], SuggestionSample[]> = { tag: [], caption: [] };
    const every = Math.max(1, Math.ceil(described.count / mostAsked));
    for (const [self, id] of described.looks.ids.entries()) {
      if (self % every !== 0) continue;
      for (const word of described.wordsFor(described.looks, self, await this.#rowOf(library, id), self)) {
        samples[word.kind].push({ features: word.features, has: described.has(self, word), group: self });
      }
      if (yielder.due) await yielder.yieldIfDue();
    }
    return { tag: fitSuggestions(samples.tag), caption: fitSuggestions(samples.caption) };
  }

  async #rowOf({ info, active }: Library, id: PhotoId): Promise<CandidateRows | null> {
    const rows = await readCandidates(this.#store, info, active, 'photo', [id]);
    return rows.ids.length === 0 ? null : rows;
  }

  close(): Promise<void> {
    return this.#spaces.close();
  }
}
