// Evaluates the real-valued mode of a method: its rows compared by cosine instead of codes.
import type { DirectionScores, EpochMetrics } from '../../../shared/contract/evaluation.ts';
import { orderedAp } from './average-precision.ts';
import type { DataSplit, TrainingData } from '../data/training-data.ts';
import { openNetworks, type EvaluationNetworks } from './evaluation-networks.ts';
import type { SplitLabels } from './float-features.ts';
import type { Arrays, Networks, PairForward, RealNetworks } from '../networks/network.ts';
import { bothWays, similarityRanks, type Counterparts } from './recall-at-k.ts';
import { RelevanceIndex, type LabelSets } from '../data/label-relevance.ts';
import { Similarities, unitRowsOf } from '../../compute/similarities.ts';
import type { Yielder } from '../../runtime/yielder.ts';
import { float32At, uint8At } from '../../../shared/at.ts';

export interface RealSetup {
  readonly data: TrainingData;
  readonly split: DataSplit;
  readonly labels: SplitLabels;
  readonly own: Counterparts;
  readonly networks: Networks;
  /** Hook that makes codes of pairs; the hook of the same name makes real-valued rows. Null for protocol `single`. */
  readonly forward: PairForward | null;
  readonly threads: number;
}

type RealScores = Pick<EpochMetrics, 'map' | 'map50' | 'mapStable' | 'recall' | 'medianRank'>;

const atK = 50;
const both = (i2t: number, t2i: number): DirectionScores => ({ i2t, t2i, mean: (i2t + t2i) / 2 });

function forwardOf(networks: Networks, real: RealNetworks, forward: PairForward | null): PairForward | null {
  if (forward === null) return null;
  return (forward === networks.pairOverBatch ? real.pairOverBatch : real.pair) ?? null;
}

/** mAP over the whole list and at 50, in the order of similarity; equal ones keep database order. */
async function scores(
  queryLabels: LabelSets,
  itemLabels: LabelSets,
  queries: number,
  similarities: (query: number) => Promise<Float32Array>,
): Promise<{ all: number; top: number }> {
  const index = new RelevanceIndex(itemLabels);
  const flags = new Uint8Array(index.items);
  let [all, top] = [0, 0];
  for (let query = 0; query < queries; query++) {
    index.mark(queryLabels, query, flags);
    const row = (await similarities(query)).slice();
    const order = Int32Array.from(row.keys()).sort((a, b) => float32At(row, b) - float32At(row, a) || a - b);
    const ordered = Uint8Array.from(order, (item) => uint8At(flags, item));
    all += orderedAp(ordered, ordered.length) / queries;
    top += orderedAp(ordered, atK) / queries;
    index.mark(queryLabels, query, flags, 0);
  }
  return { all, top };
}

export class RealEvaluation {
  readonly #setup: RealSetup;
  readonly #width: number;
  readonly #networks: EvaluationNetworks;
  readonly #similarities: Similarities;

  private constructor(setup: RealSetup, width: number, networks: EvaluationNetworks, similarities: Similarities) {
    this.#setup = setup;
    this.#width = width;
    this.#networks = networks;
    this.#similarities = similarities;
  }

  /** Null for a method that was not asked for its real-valued mode. */
  static async open(setup: RealSetup): Promise<RealEvaluation | null> {
    const { data, networks, forward, threads } = setup;
    const { real } = networks;
    if (real === undefined) return null;
    const opened = await openNetworks(data, real, forwardOf(networks, real, forward), real.rowWidth, threads);
    return new RealEvaluation(setup, real.rowWidth, opened, await Similarities.open(real.rowWidth, threads));
  }

  /** Throws `cancelled`. */
  async measure(parameters: Arrays, yielder: Yielder): Promise<RealScores> {
    const { split, labels, own } = this.#setup;
    const unit = (rows: Float32Array) => unitRowsOf(rows, this.#width);
    const photos = async (indices: Int32Array) => unit(await this.#networks.images(parameters, indices, yielder));
    const captions = async (indices: Int32Array) => unit(await this.#networks.texts(parameters, indices, yielder));
    const askingPhotos = await photos(split.queryPhotos);
    const askingCaptions = await captions(split.queryCaptions);
    const cosine = this.#similarities;
    const i2t = await scores(
      labels.queryPhotos,
      labels.databaseCaptions,
      split.queryPhotos.length,
      cosine.rowsOf(askingPhotos, await captions(split.databaseCaptions), yielder),
    );
    const t2i = await scores(
      labels.queryCaptions,
      labels.databasePhotos,
      split.queryCaptions.length,
      cosine.rowsOf(askingCaptions, await photos(split.databasePhotos), yielder),
    );
    const ranks = bothWays(
      await similarityRanks(own.captionsOf, cosine.rowsOf(askingPhotos, askingCaptions, yielder)),
      await similarityRanks(own.photosOf, cosine.rowsOf(askingCaptions, askingPhotos, yielder)),
    );
    return {
      map: both(i2t.all, t2i.all),
      map50: both(i2t.top, t2i.top),
      mapStable: both(i2t.all, t2i.all),
      recall: ranks.recall,
      medianRank: ranks.medianRank,
    };
  }

  async dispose(): Promise<void> {
    await this.#networks.dispose();
    await this.#similarities.dispose();
  }
}
