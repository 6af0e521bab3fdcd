// The described photos of a library as input of suggestions: their looks, the words about them, and rejected words.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { SuggestionKind } from '../../../shared/contract/suggestions.ts';
import { float64At, itemAt, numberAt } from '../../../shared/at.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import type { Store } from '../../store/database.ts';
import { contentWords } from '../../text/content-words.ts';
import { fold } from '../../text/fold.ts';
import { sentenceFits } from '../relevance/labelled-queries.ts';
import type { ImageSpace } from '../rerank/image-space.ts';
import { readCandidates, similarities, type CandidateRows } from '../rerank/rerank.ts';
import { looksLike, photoLooks, type PhotoLooks } from './photo-looks.ts';
import { logOddsOf, type SuggestionFeatures } from './suggestion-model.ts';

/** Largest number of described photos to use; more make suggestions slower and hardly better. */
const mostDescribed = 1200;
/** Number of photos that give the usual similarity of a text. */
const mostUsual = 200;
/** Numbers of similar described photos to count: few, and more of them. */
const near = 10;
const around = 50;
/** Number of similar photos whose captions are suggested. */
const captionedBy = 10;
/** Number of suggested tags with the closest meaning to the photo. */
const byMeaning = 10;
/** Weight of a similar photo for which a word was rejected, in photos that do not have it. */
const rejectedWeight = 3;
const mostRejections = 10_000;

export interface Word {
  readonly kind: SuggestionKind;
  readonly text: string;
}

export interface JudgedWord extends Word {
  readonly features: SuggestionFeatures;
  /** Number of the ten most similar photos with it. */
  readonly photos: number;
}

interface Described {
  readonly tags: ReadonlySet<string>;
  readonly captions: readonly string[];
  /** Content words of all texts about it. */
  readonly words: ReadonlySet<string>;
}

const keyOf = ({ kind, text }: Word): string => `${kind} ${fold(text)}`;

/** The same photos of a growing library, in no order. */
const scattered = (ids: readonly PhotoId[]): PhotoId[] =>
  ids.length <= mostDescribed
    ? [...ids]
    : ids
        .map((id) => ({ id, at: Math.imul(id, 0x9e3779b1) >>> 0 }))
        .sort((a, b) => a.at - b.at)
        .slice(0, mostDescribed)
        .map(({ id }) => id)
        .sort((a, b) => a - b);

export class DescribedPhotos {
  readonly looks: PhotoLooks;
  readonly #rejecting: PhotoLooks;
  readonly #texts: readonly Described[];
  /** Photos for which a word was rejected, by word. */
  readonly #rejected: ReadonlyMap<string, ReadonlySet<PhotoId>>;
  readonly #meaning: TextMeaning;
  readonly #prevalence = new Map<string, number>();

  private constructor(
    looks: PhotoLooks,
    rejecting: PhotoLooks,
    texts: readonly Described[],
    rejected: ReadonlyMap<string, ReadonlySet<PhotoId>>,
    meaning: TextMeaning,
  ) {
    this.looks = looks;
    this.#rejecting = rejecting;
    this.#texts = texts;
    this.#rejected = rejected;
    this.#meaning = meaning;
  }

  static async open(
    store: Store,
    info: EncoderInfo,
    active: ActiveModel,
    space: ImageSpace | null,
  ): Promise<DescribedPhotos> {
    const present = new Set(store.features.ids('photo', info.id));
    const described = [...store.texts.writtenAbout()].filter((id) => present.has(id));
    const looks = await photoLooks(store, info, space, scattered(described.sort((a, b) => a - b)));
    const written = store.texts.writtenOf(looks.ids);
    const texts = looks.ids.map((id): Described => {
      const { captions, tags } = written.get(id) ?? { captions: [], tags: [] };
      return { tags: new Set(tags), captions, words: new Set([...captions, ...tags].flatMap(contentWords)) };
    });
    const rejected = new Map<string, Set<PhotoId>>();
    for (const kind of ['tag', 'caption'] as const) {
      for (const { text, photoId, fits } of store.judgements.list(kind, mostRejections)) {
        if (fits) continue;
        const photos = rejected.get(keyOf({ kind, text })) ?? new Set<PhotoId>();
        rejected.set(keyOf({ kind, text }), photos.add(photoId));
      }
    }
    const rejecting = await photoLooks(store, info, space, [
      ...new Set([...rejected.values()].flatMap((ids) => [...ids])),
    ]);
    const every = Math.max(1, Math.ceil(looks.ids.length / mostUsual));
    const usual = await readCandidates(
      store,
      info,
      active,
      'photo',
      looks.ids.filter((_, i) => i % every === 0),
    );
    return new DescribedPhotos(
      looks,
      rejecting,
      texts,
      rejected,
      await TextMeaning.open(store, info, active, usual, texts),
    );
  }

  /** Photos in use. */
  get count(): number {
    return this.#texts.length;
  }

  /** Whether the texts about a described photo have a word. */
  has(at: number, word: Word): boolean {
    return this.#has(itemAt(this.#texts, at), word);
  }

  #has({ tags, words }: Described, { kind, text }: Word): boolean {
    return kind === 'tag' ? tags.has(text) : sentenceFits(contentWords(text), words);
  }

  isRejected(photoId: PhotoId, word: Word): boolean {
    return this.#rejected.get(keyOf(word))?.has(photoId) === true;
  }

  /**
   * Words that may fit a photo.
   * @param from rows of the given photo, with `at` its index there
   * @param row its row in the model in use; null without one
   * @param self its index among the described photos, where it is left out; -1 if it is not one of them
   */
  wordsFor(from: PhotoLooks, at: number, row: CandidateRows | null, self: number): JudgedWord[] {
    const cosines = looksLike(from, at, this.looks);
    const order = Array.from(cosines.keys())
      .filter((i) => i !== self)
      .sort((a, b) => numberAt(cosines, b) - numberAt(cosines, a));
    if (order.length === 0) return [];
    // At most a third of the photos count: the words of the photo itself are missing among the others, which
    // would show if most of a small library counted.
    const most = Math.max(1, Math.floor(this.count / 3));
    const [few, more] = [Math.min(near, most), Math.min(around, most)];
    const alike = order.slice(0, more);
    const rejections = looksLike(from, at, this.#rejecting);
    // Similarity of the last of the few most similar photos.
    const bound = numberAt(cosines, itemAt(order, Math.min(few, order.length) - 1));
    const meant = row === null ? new Map<string, number>() : this.#meaning.ofTags(row);
    const tags = new Set(alike.flatMap((i) => [...itemAt(this.#texts, i).tags]));
    const likeliest = [...meant].sort((a, b) => b[1] - a[1]).slice(0, byMeaning);
    for (const [tag] of likeliest) tags.add(tag);
    const captions = new Set(order.slice(0, captionedBy).flatMap((i) => itemAt(this.#texts, i).captions));
    const words: Word[] = [
      ...Array.from(tags, (text) => ({ kind: 'tag' as const, text })),
      ...Array.from(captions, (text) => ({ kind: 'caption' as const, text })),
    ];
    return words.flatMap((word): JudgedWord[] => {
      if (word.kind === 'caption' && contentWords(word.text).length === 0) return [];
      // Share among all photos, this one included; without it, its own words would have fewer photos than others.
      const prior = (this.#photosWith(word) + 0.1) / (this.count + 1);
      const found = (count: number) => order.slice(0, count).filter((i) => this.has(i, word)).length;
      const refused = this.#rejected.get(keyOf(word));
      const rejecting =
        refused === undefined
          ? 0
          : this.#rejecting.ids.filter((id, i) => refused.has(id) && numberAt(rejections, i) >= bound).length;
      const against = rejectedWeight * rejecting;
      const photos = found(few);
      const meaning =
        row === null ? 0 : word.kind === 'tag' ? (meant.get(word.text) ?? 0) : this.#meaning.ofCaption(word.text, row);
      return [
        {
          ...word,
          photos,
          features: {
            near: logOddsOf(photos, Math.min(few, order.length) + against, prior),
            around: logOddsOf(found(more), alike.length + against, prior),
            prevalence: Math.log(prior / (1 - prior)),
            meaning,
          },
        },
      ];
    });
  }

  #photosWith(word: Word): number {
    const key = keyOf(word);
    let photos = this.#prevalence.get(key);
    if (photos === undefined) {
      photos = this.#texts.filter((described) => this.#has(described, word)).length;
      this.#prevalence.set(key, photos);
    }
    return photos;
  }
}

/** Moments of a text's similarity to photos in general. */
interface Usual {
  readonly mean: number;
  readonly deviation: number;
}

/** Similarity of texts and photos in the model in use. */
class TextMeaning {
  readonly #tags: CandidateRows;
  readonly #tagNames: readonly string[];
  readonly #captions: CandidateRows;
  readonly #captionAt: ReadonlyMap<string, number>;
  readonly #encoderWeight: number;
  readonly #photos: CandidateRows;
  readonly #usual = new Map<string, Usual>();

  private constructor(
    tags: CandidateRows,
    tagNames: readonly string[],
    captions: CandidateRows,
    captionAt: ReadonlyMap<string, number>,
    encoderWeight: number,
    photos: CandidateRows,
  ) {
    this.#tags = tags;
    this.#tagNames = tagNames;
    this.#captions = captions;
    this.#captionAt = captionAt;
    this.#encoderWeight = encoderWeight;
    this.#photos = photos;
  }

  static async open(
    store: Store,
    info: EncoderInfo,
    active: ActiveModel,
    photos: CandidateRows,
    texts: readonly Described[],
  ): Promise<TextMeaning> {
    const wanted = store.texts.idsOf(
      [...new Set(texts.flatMap(({ tags }) => [...tags]))],
      [...new Set(texts.flatMap(({ captions }) => captions))],
    );
    const tags = await readCandidates(store, info, active, 'tag', [...wanted.tags.keys()]);
    const captions = await readCandidates(store, info, active, 'caption', [...wanted.captions.keys()]);
    return new TextMeaning(
      tags,
      tags.ids.map((id) => wanted.tags.get(id) ?? ''),
      captions,
      new Map(captions.ids.map((id, i) => [wanted.captions.get(id) ?? '', i])),
      active.model.encoderWeight,
      photos,
    );
  }

  /** Shares by tag. @param photo rows of one photo */
  ofTags(photo: CandidateRows): ReadonlyMap<string, number> {
    return new Map(this.#tagNames.map((name, i) => [name, this.#deviations(`tag ${name}`, this.#tags, i, photo)]));
  }

  ofCaption(text: string, photo: CandidateRows): number {
    const at = this.#captionAt.get(text);
    return at === undefined ? 0 : this.#deviations(`caption ${text}`, this.#captions, at, photo);
  }

  #deviations(key: string, texts: CandidateRows, at: number, photo: CandidateRows): number {
    const { rows, sharedWidth, realWidth } = texts;
    const from = at * (sharedWidth + realWidth);
    const row = rows.subarray(from, from + sharedWidth);
    const real = rows.subarray(from + sharedWidth, from + sharedWidth + realWidth);
    const query = { row, real, encoderWeight: this.#encoderWeight };
    let usual = this.#usual.get(key);
    if (usual === undefined) {
      const all = similarities(query, this.#photos);
      const mean = all.reduce((sum, x) => sum + x, 0) / Math.max(1, all.length);
      const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, all.length);
      usual = { mean, deviation: Math.sqrt(variance) };
      this.#usual.set(key, usual);
    }
    if (usual.deviation < 1e-9) return 0;
    return (float64At(similarities(query, photo), 0) - usual.mean) / usual.deviation;
  }
}
