// Published numbers to compare with ours: mAP at 16, 32, 64 and 128 bits in both directions.
import type { EvaluationProtocol } from '../../shared/contract/evaluation.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import type { Bits } from './run-benchmark.ts';
import type { Measure } from './summary.ts';
import { itemAt } from '../../shared/at.ts';

export type FourLengths = readonly [number, number, number, number];

export interface Published {
  /** Id of the layout. */
  readonly set: string;
  /** Width of the image features they were made from. Numbers from other features are not comparable. */
  readonly imageWidth: number;
  /** Id of the method. */
  readonly method: string;
  readonly measure: Measure;
  readonly protocol: EvaluationProtocol;
  readonly i2t: FourLengths;
  readonly t2i: FourLengths;
  readonly source: string;
}

const ucchPaper = 'Hu et al., UCCH, IEEE TPAMI 45(3), 3877-3889, 2023, tables 1 and 2';
const ucmfhPaper =
  'Xia et al., UCMFH, Information Fusion 100, 101968, 2023, tables 4 to 6; image queries have seen their own captions';

/** VGG features, mAP over the whole list. UCCH's authors measured CVH. */
const ucchTables: readonly (readonly [set: string, method: string, i2t: FourLengths, t2i: FourLengths])[] = [
  ['mirflickr25k', 'ucch', [0.739, 0.744, 0.754, 0.76], [0.725, 0.725, 0.743, 0.747]],
  ['mirflickr25k', 'cvh', [0.62, 0.608, 0.594, 0.583], [0.629, 0.615, 0.599, 0.587]],
  ['iapr-tc12', 'ucch', [0.478, 0.491, 0.503, 0.508], [0.474, 0.488, 0.503, 0.508]],
  ['iapr-tc12', 'cvh', [0.392, 0.378, 0.366, 0.353], [0.398, 0.384, 0.372, 0.36]],
  ['nus-wide-tc10', 'ucch', [0.698, 0.708, 0.737, 0.742], [0.701, 0.724, 0.745, 0.75]],
  ['nus-wide-tc10', 'cvh', [0.487, 0.495, 0.456, 0.419], [0.47, 0.475, 0.444, 0.412]],
  ['ms-coco', 'ucch', [0.605, 0.645, 0.655, 0.665], [0.61, 0.655, 0.666, 0.677]],
  ['ms-coco', 'cvh', [0.503, 0.504, 0.471, 0.425], [0.506, 0.508, 0.476, 0.429]],
];

/** CLIP features, mAP at 50. */
const ucmfhTables: readonly (readonly [set: string, i2t: FourLengths, t2i: FourLengths])[] = [
  ['mirflickr25k', [0.923, 0.953, 0.964, 0.965], [0.92, 0.947, 0.959, 0.961]],
  ['nus-wide-tc10', [0.849, 0.882, 0.894, 0.897], [0.859, 0.886, 0.901, 0.9]],
  ['ms-coco', [0.892, 0.919, 0.938, 0.938], [0.887, 0.921, 0.939, 0.942]],
];

export const published: readonly Published[] = [
  ...ucchTables.map(([set, method, i2t, t2i]): Published => {
    const vgg = { imageWidth: 4096, measure: 'mapStable', protocol: 'single' } as const;
    return { set, method, i2t, t2i, ...vgg, source: ucchPaper };
  }),
  ...ucmfhTables.map(([set, i2t, t2i]): Published => {
    const clip = { imageWidth: 512, measure: 'map50Stable', protocol: 'paired' } as const;
    return { set, method: 'ucmfh', i2t, t2i, ...clip, source: ucmfhPaper };
  }),
  {
    set: 'wikipedia',
    imageWidth: 128,
    method: 'ucch',
    measure: 'mapStable',
    protocol: 'single',
    i2t: [0.209, 0.228, 0.25, 0.265],
    t2i: [0.482, 0.507, 0.517, 0.528],
    source:
      'the published UCCH code on this file, mean of 2 seeds: standardised features, hidden 1024, negatives 512, 60 epochs, learning rate 1e-4, alpha .7, shift .1',
  },
];

const lengths: readonly Bits[] = [16, 32, 64, 128];

/** Published numbers of a method on a set's features. */
export function publishedFor(set: Pick<BenchmarkSet, 'id' | 'imageWidth'>, method: string): Published[] {
  return published.filter(
    (entry) => entry.set === set.id && entry.imageWidth === set.imageWidth && entry.method === method,
  );
}

/** The published value at a code length. */
export function publishedAt(entry: Published, direction: 'i2t' | 't2i', bits: Bits): number {
  return itemAt(entry[direction], lengths.indexOf(bits));
}
