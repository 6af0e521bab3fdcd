// How a training is judged: both directions of cross-modal retrieval on the held-out photos and captions, beside chance and
// beside the float features.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { compile } from '../compute/compile.ts';
import { openSession } from '../compute/sessions.ts';
import type { DirectionScores, EpochMetrics, EvaluationContext } from '../../shared/types.ts';
import { labelsOf, type DataSplit, type TrainingData } from './data.ts';
import { gather } from './memory-bank.ts';
import type { Arrays, Networks } from './methods/method.ts';
import { chanceMap, scoreCodes, similarityMap, type RetrievalScores } from './metrics.ts';
import { LiveNetwork } from './network-session.ts';
import type { LabelSets } from './relevance.ts';

const atK = 50;

const directions = (i2t: number, t2i: number): DirectionScores => ({ i2t, t2i, mean: (i2t + t2i) / 2 });

/** Photos of some captions. */
const photosOf = (data: TrainingData, captions: Int32Array) =>
  captions.map((caption) => data.captionPhoto[caption] ?? 0);

interface Labels {
  readonly queryPhotos: LabelSets;
  readonly queryCaptions: LabelSets;
  readonly databasePhotos: LabelSets;
  readonly databaseCaptions: LabelSets;
}

export class Evaluation {
  readonly #data: TrainingData;
  readonly #split: DataSplit;
  readonly #labels: Labels;
  readonly #bits: number;
  readonly #image: LiveNetwork;
  readonly #text: LiveNetwork;

  private constructor(data: TrainingData, split: DataSplit, bits: number, image: LiveNetwork, text: LiveNetwork) {
    this.#data = data;
    this.#split = split;
    this.#bits = bits;
    this.#image = image;
    this.#text = text;
    this.#labels = labels(data, split);
  }

  static async open(
    data: TrainingData,
    split: DataSplit,
    networks: Networks,
    bits: number,
    threads: number,
  ): Promise<Evaluation> {
    const image = await LiveNetwork.open(networks.image, bits, threads);
    const text = await LiveNetwork.open(networks.text, bits, threads);
    return new Evaluation(data, split, bits, image, text);
  }

  /** Encodes queries and database with the networks as they are and ranks by Hamming distance. */
  async measure(parameters: Arrays): Promise<Pick<EpochMetrics, 'map' | 'map50' | 'mapStable'>> {
    const { imageRows, textRows } = this.#data;
    const split = this.#split;
    const images = (indices: Int32Array) => this.#image.encode(parameters, imageRows, indices);
    const texts = (indices: Int32Array) => this.#text.encode(parameters, textRows, indices);
    const score = (queries: Uint8Array, queryLabels: LabelSets, items: Uint8Array, itemLabels: LabelSets) =>
      scoreCodes({ queries, queryLabels, items, itemLabels, bits: this.#bits, k: atK });
    const { queryPhotos, queryCaptions, databasePhotos, databaseCaptions } = this.#labels;
    const i2t: RetrievalScores = score(
      await images(split.queryPhotos),
      queryPhotos,
      await texts(split.databaseCaptions),
      databaseCaptions,
    );
    const t2i: RetrievalScores = score(
      await texts(split.queryCaptions),
      queryCaptions,
      await images(split.databasePhotos),
      databasePhotos,
    );
    return {
      map: directions(i2t.map, t2i.map),
      map50: directions(i2t.mapAtK, t2i.mapAtK),
      mapStable: directions(i2t.mapStable, t2i.mapStable),
    };
  }

  async dispose(): Promise<void> {
    await this.#image.dispose();
    await this.#text.dispose();
  }
}

function labels(data: TrainingData, split: DataSplit): Labels {
  return {
    queryPhotos: labelsOf(split, split.queryPhotos),
    queryCaptions: labelsOf(split, photosOf(data, split.queryCaptions)),
    databasePhotos: labelsOf(split, split.databasePhotos),
    databaseCaptions: labelsOf(split, photosOf(data, split.databaseCaptions)),
  };
}

/** What every mAP of a training is to be read against. */
export async function evaluationContext(
  data: TrainingData,
  split: DataSplit,
  seed: number,
  threads: number,
): Promise<EvaluationContext> {
  const { queryPhotos, queryCaptions, databasePhotos, databaseCaptions } = labels(data, split);
  const chance = directions(chanceMap(queryPhotos, databaseCaptions), chanceMap(queryCaptions, databasePhotos));
  return {
    protocol: 'single',
    relevance: split.relevance,
    seed,
    split: split.counts,
    chance,
    float: data.sharedWidth === 0 ? null : await floatScores(data, split, threads),
  };
}

/** mAP of the cosine of the shared features. */
async function floatScores(data: TrainingData, split: DataSplit, threads: number): Promise<DirectionScores> {
  const { sharedWidth: width } = data;
  const shared = (rows: Float32Array, rowWidth: number, indices: Int32Array) => {
    const all = gather(rows, indices, rowWidth, new Float32Array(indices.length * rowWidth));
    const result = new Float32Array(indices.length * width);
    for (let i = 0; i < indices.length; i++) {
      const row = all.subarray(i * rowWidth, i * rowWidth + width);
      // A row of zeros (a text with no known word) stays one: it is equally far from everything.
      const norm = Math.hypot(...row) || 1;
      for (let j = 0; j < width; j++) result[i * width + j] = (row[j] ?? 0) / norm;
    }
    return result;
  };
  const images = (indices: Int32Array) => shared(data.imageRows, data.imageWidth, indices);
  const texts = (indices: Int32Array) => shared(data.textRows, data.textWidth, indices);
  const { bytes } = compile(
    ({ queries, items }) => ({ cosine: tf.matMul(queries as Tensor2D, items as Tensor2D, false, true) }),
    { queries: { shape: ['q', width], dtype: 'float32' }, items: { shape: ['n', width], dtype: 'float32' } },
  );
  const session = await openSession(bytes, { threads });
  const measure = async (queries: Float32Array, queryLabels: LabelSets, items: Float32Array, itemLabels: LabelSets) => {
    const count = items.length / width;
    const together = Math.max(1, Math.floor(4_000_000 / Math.max(count, 1)));
    let first = 0;
    let block = new Float32Array(0);
    return similarityMap(queryLabels, itemLabels, async (query) => {
      if (query >= first + block.length / count || query < first || block.length === 0) {
        first = query;
        const rows = queries.subarray(first * width, (first + together) * width);
        const { cosine } = await session.run({ queries: rows, items });
        block = cosine as Float32Array<ArrayBuffer>;
      }
      return block.slice((query - first) * count, (query - first + 1) * count);
    });
  };
  const found = labels(data, split);
  const i2t = await measure(
    images(split.queryPhotos),
    found.queryPhotos,
    texts(split.databaseCaptions),
    found.databaseCaptions,
  );
  const t2i = await measure(
    texts(split.queryCaptions),
    found.queryCaptions,
    images(split.databasePhotos),
    found.databasePhotos,
  );
  await session.dispose();
  return directions(i2t, t2i);
}
