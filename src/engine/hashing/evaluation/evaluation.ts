// Evaluates a training: cross-modal retrieval in both directions on held-out photos and captions, with chance and float
// features as references.
import {
  type Direction,
  fewPhotos,
  type DirectionScores,
  type EpochIntervals,
  type EpochMetrics,
  type EvaluationContext,
  type Interval,
  type RetrievalReport,
  type UnseenScores,
} from '../../../shared/contract/evaluation.ts';
import { labelsOf, type DataSplit, type TrainingData } from '../data/training-data.ts';
import { openNetworks, type EvaluationNetworks, type Protocol } from './evaluation-networks.ts';
import { Random } from '../../numerics/random.ts';
import { floatScores, sharedRows, type SplitLabels } from './float-features.ts';
import { hubnessOf, correctHubness } from '../networks/hubness.ts';
import type { Arrays, Networks, PairForward, RealNetworks } from '../networks/network.ts';
import { evaluateLibrary, type LibraryEvaluation } from './library-quality.ts';
import { averagePrecisionSteps, chanceMap, meanScores, type ApPerQuery, type CodeRetrieval } from './metrics.ts';
import { interval } from './photo-bootstrap.ts';
import {
  bothWays,
  chanceRanks,
  codeRanks,
  counterparts,
  similarityRanks,
  type Counterparts,
  type Ranks,
} from './recall-at-k.ts';
import { packCodes } from '../../numerics/pack.ts';
import { RealEvaluation } from './real-evaluation.ts';
import { reportSteps, type ScoreAtK } from './retrieval-report.ts';
import { Similarities, unitRowsOf } from '../../compute/similarities.ts';
import { Yielder, runYielding } from '../../runtime/yielder.ts';
import { entryOf, float32At, int32At, itemAt, numberAt } from '../../../shared/at.ts';

const atK = 50;

const directions = (i2t: number, t2i: number): DirectionScores => ({ i2t, t2i, mean: (i2t + t2i) / 2 });

/** The metrics of an epoch without its losses and time. */
export type EpochScores = Pick<
  EpochMetrics,
  'map' | 'map50' | 'mapStable' | 'recall' | 'medianRank' | 'recallReal' | 'medianRankReal' | 'intervals'
>;

/** Queries and items of both directions. */
interface Retrievals {
  readonly i2t: CodeRetrieval;
  readonly t2i: CodeRetrieval;
  /** Real outputs of the held-out photos and captions, `[*, bits]`. */
  readonly realPhotos: Float32Array;
  readonly realCaptions: Float32Array;
}

export interface EvaluationSetup {
  readonly data: TrainingData;
  readonly split: DataSplit;
  readonly networks: Networks;
  /** Codes of whole pairs, for protocol `paired`; null for `single`. */
  readonly forward: PairForward | null;
  readonly bits: number;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/** Photos and captions at most in a library evaluation: enough for intervals of a percent, few enough to take a second. */
const [mostSearched, mostAsking] = [20_000, 500];

/** All photos of the library; where it is very large, the held-out ones and others drawn at random. */
function searchedPhotos({ imageRows, imageWidth }: TrainingData, { queryPhotos }: DataSplit): Int32Array {
  const all = Int32Array.from({ length: imageRows.length / imageWidth }, (_, i) => i);
  if (all.length <= mostSearched) return all;
  const heldOut = new Set(queryPhotos);
  const others = new Random(1).shuffle(all.filter((photo) => !heldOut.has(photo)));
  return Int32Array.from([...queryPhotos, ...others.subarray(0, mostSearched - queryPhotos.length)]).sort();
}

/** Captions that the hubness of photos is measured with, and photos whose mean it is compared with. */
const [mostInBank, fewestInBank, mostCentred] = [512, 16, 1000];

/** Captions of the training, one of each photo. */
function bankOf({ captionPhoto }: TrainingData, { pairs }: DataSplit): Int32Array {
  const drawn = new Map<number, number>();
  for (const caption of new Random(1).shuffle(pairs.slice())) drawn.set(int32At(captionPhoto, caption), caption);
  return Int32Array.from([...drawn.values()].slice(0, mostInBank));
}

const askingCaptions = ({ queryCaptions }: DataSplit): Int32Array =>
  queryCaptions.length <= mostAsking
    ? queryCaptions
    : new Random(1).shuffle(queryCaptions.slice()).slice(0, mostAsking).sort();

/** The queries of one direction as those of the other's database: neither was trained on. */
async function unseenScores(i2t: CodeRetrieval, t2i: CodeRetrieval, yielder: Yielder): Promise<UnseenScores> {
  const among = { ...t2i, items: i2t.queries, itemLabels: i2t.queryLabels };
  const { map } = meanScores(await runYielding(averagePrecisionSteps(among), yielder));
  return { map, chance: chanceMap(t2i.queryLabels, i2t.queryLabels) };
}

/** All methods throw `cancelled` within a moment of the signal. */
export class Evaluation {
  readonly #setup: EvaluationSetup;
  readonly #labels: SplitLabels;
  readonly #own: Counterparts;
  readonly #networks: EvaluationNetworks;
  readonly #similarities: Similarities;
  #real: RealEvaluation | null = null;
  /** For a method with real-valued rows for re-ranking. */
  #embedding: EvaluationNetworks | null = null;
  /** Numbers of such a row. */
  #rowWidth = 0;

  private constructor(setup: EvaluationSetup, networks: EvaluationNetworks, similarities: Similarities) {
    const { data, split } = setup;
    this.#setup = setup;
    this.#networks = networks;
    this.#similarities = similarities;
    this.#labels = labels(data, split);
    this.#own = counterparts(split.queryPhotos, split.queryCaptions, data.captionPhoto);
  }

  static async open(setup: EvaluationSetup): Promise<Evaluation> {
    const { data, networks, forward, bits, threads } = setup;
    const opened = await openNetworks(data, networks, forward, bits, threads);
    const embedding = forward === null ? networks.embedding : undefined;
    const similarities = await Similarities.open(embedding?.rowWidth ?? bits, threads);
    const evaluation = new Evaluation(setup, opened, similarities);
    if (embedding !== undefined) {
      evaluation.#embedding = await openNetworks(data, embedding, null, embedding.rowWidth, threads);
      evaluation.#rowWidth = embedding.rowWidth;
    }
    evaluation.#real = await RealEvaluation.open({ ...setup, labels: evaluation.#labels, own: evaluation.#own });
    return evaluation;
  }

  /** Encodes queries and database with the networks as they are and ranks by Hamming distance. */
  async measure(parameters: Arrays): Promise<EpochScores> {
    const yielder = new Yielder(this.#setup.signal);
    const { i2t, t2i, realPhotos, realCaptions } = await this.#encode(parameters, yielder);
    const precisions = {
      i2t: await runYielding(averagePrecisionSteps(i2t), yielder),
      t2i: await runYielding(averagePrecisionSteps(t2i), yielder),
    };
    const [photos, captions] = [meanScores(precisions.i2t), meanScores(precisions.t2i)];
    const { bits } = this.#setup;
    const { captionsOf, photosOf } = this.#own;
    const ranksByCode = {
      i2t: await runYielding(codeRanks(i2t.queries, t2i.queries, bits, captionsOf), yielder),
      t2i: await runYielding(codeRanks(t2i.queries, i2t.queries, bits, photosOf), yielder),
    };
    const byCode = bothWays(ranksByCode.i2t, ranksByCode.t2i);
    // The method's own rows, or the outputs before their signs are taken.
    const [p, c] =
      this.#embedding === null
        ? [unitRowsOf(realPhotos, bits), unitRowsOf(realCaptions, bits)]
        : await this.#realRows(parameters, yielder);
    const ofCaptions = await similarityRanks(photosOf, this.#similarities.rowsOf(c, p, yielder));
    const byReal = bothWays(await similarityRanks(captionsOf, this.#similarities.rowsOf(p, c, yielder)), ofCaptions);
    return {
      ...(this.#real === null ? { intervals: this.#intervals(precisions, ranksByCode, ofCaptions) } : {}),
      map: directions(photos.map, captions.map),
      map50: directions(photos.mapAtK, captions.mapAtK),
      mapStable: directions(photos.mapStable, captions.mapStable),
      recall: byCode.recall,
      medianRank: byCode.medianRank,
      recallReal: byReal.recall,
      medianRankReal: byReal.medianRank,
      // In the real-valued mode, the method's rows replace its codes.
      ...(await this.#real?.measure(parameters, yielder)),
    };
  }

  /** @param ofCaptions ranks of the photos that held-out captions search for */
  #intervals(
    precisions: Record<Direction, ApPerQuery>,
    byCode: Record<Direction, Ranks>,
    ofCaptions: Ranks,
  ): EpochIntervals {
    const { data, split } = this.#setup;
    const captions = Array.from(split.queryCaptions, (caption) => int32At(data.captionPhoto, caption));
    const asking = captions.filter((_, i) => itemAt(this.#own.photosOf, i).length > 0);
    const over = (photos: ArrayLike<number>, values: ArrayLike<number>): Interval => {
      const results = Array.from(photos, (photo, i) => ({ photo, value: numberAt(values, i) }));
      return interval(results, ({ value }) => value);
    };
    const within = (photos: readonly number[], { ofQueries }: Ranks) => ({
      1: over(photos, ofQueries[1]),
      5: over(photos, ofQueries[5]),
      10: over(photos, ofQueries[10]),
    });
    const both = (measure: 'map' | 'mapAtK') => ({
      i2t: over(split.queryPhotos, precisions.i2t[measure]),
      t2i: over(captions, precisions.t2i[measure]),
    });
    const intervals = { map: both('map'), ownPhoto: within(asking, ofCaptions) };
    if (split.queryPhotos.length >= fewPhotos) return intervals;
    const described = Array.from(split.queryPhotos).filter((_, i) => itemAt(this.#own.captionsOf, i).length > 0);
    const recall = { i2t: within(described, byCode.i2t), t2i: within(asking, byCode.t2i) };
    return { ...intervals, few: { map50: both('mapAtK'), recall } };
  }

  /**
   * Quality of a search of the whole library, and the best weight of the encoder's cosine. Null for protocol `paired`, whose
   * networks search does not use.
   * @param weightOf weight of what is learned for each held-out caption, in [0, 1]
   */
  async evaluateLibrary(parameters: Arrays, weightOf: (caption: number) => number): Promise<LibraryEvaluation | null> {
    const { data, split, threads, forward } = this.#setup;
    if (forward !== null) return null;
    const yielder = new Yielder(this.#setup.signal);
    const searched = searchedPhotos(data, split);
    const captions = askingCaptions(split);
    const place = new Map(Array.from(searched, (photo, i): [number, number] => [photo, i]));
    const photoOf = (caption: number) => int32At(data.captionPhoto, caption);
    const networks = this.#embedding ?? this.#networks;
    const width = this.#realWidth;
    const learned = {
      photos: unitRowsOf(await networks.images(parameters, searched, yielder), width),
      captions: unitRowsOf(await networks.texts(parameters, captions, yielder), width),
      width,
    };
    captions.forEach((caption, row) => {
      const weight = weightOf(caption);
      for (let i = row * width; i < (row + 1) * width; i++)
        learned.captions[i] = weight * float32At(learned.captions, i);
    });
    const { sharedWidth } = data;
    const shared =
      sharedWidth === 0
        ? null
        : {
            photos: sharedRows(data.imageRows, data.imageWidth, sharedWidth, searched),
            captions: sharedRows(data.textRows, data.textWidth, sharedWidth, captions),
            width: sharedWidth,
          };
    const question = {
      own: captions.map((caption) => entryOf(place, photoOf(caption))),
      clustered: Array.from(captions, (caption) => split.clustered.has(photoOf(caption))),
    };
    return evaluateLibrary(learned, shared, question, threads, yielder);
  }

  get #realWidth(): number {
    return this.#embedding === null ? this.#setup.bits : this.#rowWidth;
  }

  /**
   * Returns the networks with the hubness correction in their rows (hubness.ts), or unchanged for a method without the
   * correction. Later evaluations of the library measure the corrected rows.
   */
  async correctHubness(parameters: Arrays): Promise<Networks> {
    const { networks, data, split, threads } = this.#setup;
    const [opened, plain] = [this.#embedding, networks.embedding];
    const strength = plain?.hubnessCorrection ?? 0;
    const captions = bankOf(data, split);
    if (opened === null || plain === undefined || strength === 0 || captions.length < fewestInBank) return networks;
    const yielder = new Yielder(this.#setup.signal);
    const texts = unitRowsOf(await opened.texts(parameters, captions, yielder), plain.rowWidth);
    const width = plain.rowWidth + 1;
    const open = (real: RealNetworks) => openNetworks(data, real, null, width, threads);
    const measured = await open(correctHubness(plain, { strength, texts, centre: 0 }));
    let centre = 0;
    try {
      const photos = new Random(1).shuffle(searchedPhotos(data, split).slice()).slice(0, mostCentred);
      const rows = await measured.images(parameters, photos, yielder);
      for (let i = 1; i <= photos.length; i++) {
        centre += hubnessOf(float32At(rows, i * width - 1), strength) / photos.length;
      }
    } finally {
      await measured.dispose();
    }
    const real = correctHubness(plain, { strength, texts, centre });
    this.#embedding = await open(real);
    this.#rowWidth = width;
    await opened.dispose();
    return { ...networks, embedding: real };
  }

  /** Unit rows `[*, realWidth]` of the held-out photos and captions as search re-ranks by them. */
  async #realRows(parameters: Arrays, yielder: Yielder): Promise<[photos: Float32Array, captions: Float32Array]> {
    const { split } = this.#setup;
    const networks = this.#embedding ?? this.#networks;
    const photos = await networks.images(parameters, split.queryPhotos, yielder);
    const captions = await networks.texts(parameters, split.queryCaptions, yielder);
    return [unitRowsOf(photos, this.#realWidth), unitRowsOf(captions, this.#realWidth)];
  }

  /** The full report of some parameters. */
  async report(parameters: Arrays): Promise<RetrievalReport> {
    const yielder = new Yielder(this.#setup.signal);
    const { split } = this.#setup;
    const { i2t, t2i } = await this.#encode(parameters, yielder);
    const photos = await runYielding(reportSteps(i2t), yielder);
    const captions = await runYielding(reportSteps(t2i), yielder);
    return {
      atK: photos.atK.map((ofPhotos, i) => {
        const ofCaptions = itemAt(captions.atK, i);
        const both = (score: Exclude<keyof ScoreAtK, 'k'>) => directions(ofPhotos[score], ofCaptions[score]);
        return {
          k: ofPhotos.k,
          map: both('map'),
          precision: both('precision'),
          recall: both('recall'),
          ndcg: both('ndcg'),
        };
      }),
      prCurve: { i2t: photos.prCurve, t2i: captions.prCurve },
      unseen: split.relevance === 'own-caption' ? null : await unseenScores(i2t, t2i, yielder),
    };
  }

  async #encode(parameters: Arrays, yielder: Yielder): Promise<Retrievals> {
    const { split, bits } = this.#setup;
    const pack = (real: Float32Array) => packCodes(real, bits);
    const realPhotos = await this.#networks.images(parameters, split.queryPhotos, yielder);
    const realCaptions = await this.#networks.texts(parameters, split.queryCaptions, yielder);
    const [queryPhotos, queryCaptions] = [pack(realPhotos), pack(realCaptions)];
    // With relevance by own captions, the held-out photos and captions are each other's database.
    const databaseCaptions =
      split.databaseCaptions === split.queryCaptions
        ? queryCaptions
        : pack(await this.#networks.texts(parameters, split.databaseCaptions, yielder));
    const databasePhotos =
      split.databasePhotos === split.queryPhotos
        ? queryPhotos
        : pack(await this.#networks.images(parameters, split.databasePhotos, yielder));
    const found = this.#labels;
    return {
      i2t: {
        queries: queryPhotos,
        queryLabels: found.queryPhotos,
        items: databaseCaptions,
        itemLabels: found.databaseCaptions,
        bits,
        k: atK,
      },
      t2i: {
        queries: queryCaptions,
        queryLabels: found.queryCaptions,
        items: databasePhotos,
        itemLabels: found.databasePhotos,
        bits,
        k: atK,
      },
      realPhotos,
      realCaptions,
    };
  }

  async dispose(): Promise<void> {
    await this.#networks.dispose();
    await this.#embedding?.dispose();
    await this.#similarities.dispose();
    await this.#real?.dispose();
  }
}

function labels(data: TrainingData, split: DataSplit): SplitLabels {
  const ofCaptions = (captions: Int32Array) =>
    labelsOf(
      split,
      captions.map((caption) => int32At(data.captionPhoto, caption)),
    );
  return {
    queryPhotos: labelsOf(split, split.queryPhotos),
    queryCaptions: ofCaptions(split.queryCaptions),
    databasePhotos: labelsOf(split, split.databasePhotos),
    databaseCaptions: ofCaptions(split.databaseCaptions),
  };
}

const single: Protocol = { protocol: 'single', batchAttention: false };

/** The reference values of a training: chance and float features. Throws `cancelled`. */
export async function evaluationContext(
  data: TrainingData,
  split: DataSplit,
  seed: number,
  threads: number,
  { protocol, batchAttention }: Protocol = single,
  signal?: AbortSignal,
): Promise<EvaluationContext> {
  const found = labels(data, split);
  const own = counterparts(split.queryPhotos, split.queryCaptions, data.captionPhoto);
  const yielder = new Yielder(signal);
  const float = data.sharedWidth === 0 ? null : await floatScores(data, split, found, own, threads, yielder);
  return {
    protocol,
    ...(batchAttention ? { batchAttention } : {}),
    relevance: split.relevance,
    seed,
    split: split.counts,
    chance: directions(
      chanceMap(found.queryPhotos, found.databaseCaptions),
      chanceMap(found.queryCaptions, found.databasePhotos),
    ),
    float: float?.map ?? null,
    float50: float?.map50 ?? null,
    ranks: {
      chance: bothWays(
        chanceRanks(split.queryCaptions.length, own.captionsOf),
        chanceRanks(split.queryPhotos.length, own.photosOf),
      ),
      float: float?.ranks ?? null,
    },
  };
}
