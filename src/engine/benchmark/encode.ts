// Encodes a set's queries and database with a trained model's ONNX files: codes, and real-valued rows for re-ranking.
import { openSession } from '../compute/onnx/sessions.ts';
import type { DataSplit, TrainingData } from '../hashing/data/training-data.ts';
import { gather } from '../numerics/gather.ts';
import { embeddingOutput, realOutput, runRows, type NetworkInput } from '../hashing/model/network-session.ts';
import { packCodes } from '../numerics/pack.ts';
import type { TrainedModel } from '../hashing/model/trained-model.ts';
import { wordsIn } from '../text/caption-words.ts';
import { entryOf, int32At } from '../../shared/at.ts';

export type EncodingModel = Pick<TrainedModel, 'bits' | 'image' | 'text' | 'pair' | 'words' | 'embeddingWidth'>;

/** Output of a network for some rows. */
interface Encoded {
  /** Packed. */
  readonly codes: Uint8Array;
  /** `[n, rowWidth]`: the model's own rows where it has any, otherwise the outputs before their signs are taken. */
  readonly rows: Float32Array;
}

/** One modality of a test. */
export interface TestSide {
  /** Packed codes. */
  readonly query: Uint8Array;
  readonly database: Uint8Array;
  /** `[queries, rowWidth]`: real-valued rows of the queries. */
  readonly rows: Float32Array;
}

export interface TestCodes {
  readonly photos: TestSide;
  readonly captions: TestSide;
  readonly rowWidth: number;
}

/** Pairs encoded in one batch. */
const chunk = 1024;

export function encodeTest(model: EncodingModel, data: TrainingData, split: DataSplit): Promise<TestCodes> {
  return model.pair === undefined ? encodeAlone(model, data, split) : encodePairs(model.pair, model.bits, data, split);
}

async function sideOf(
  encode: (indices: Int32Array) => Promise<Encoded>,
  query: Int32Array,
  database: Int32Array,
): Promise<TestSide> {
  const asking = await encode(query);
  // With relevance by own captions, the queries are each other's database.
  const { codes } = database === query ? asking : await encode(database);
  return { query: asking.codes, database: codes, rows: asking.rows };
}

/** Encodes each modality by its own network: protocol `single`. */
async function encodeAlone(model: EncodingModel, data: TrainingData, split: DataSplit): Promise<TestCodes> {
  const { bits, image, text, embeddingWidth } = model;
  const encode = async (onnx: Uint8Array, source: NetworkInput, query: Int32Array, database: Int32Array) => {
    const session = await openSession(onnx);
    try {
      const encoded = async (indices: Int32Array): Promise<Encoded> => {
        if (embeddingWidth === undefined) {
          const { real } = await runRows(session, source, { [realOutput]: bits }, indices);
          return { codes: packCodes(real, bits), rows: real };
        }
        const wanted = { [realOutput]: bits, [embeddingOutput]: embeddingWidth } as const;
        const { real, embedding } = await runRows(session, source, wanted, indices);
        return { codes: packCodes(real, bits), rows: embedding };
      };
      return await sideOf(encoded, query, database);
    } finally {
      await session.dispose();
    }
  };
  const photos = { rows: data.imageRows, width: data.imageWidth };
  const words = data.words && model.words ? wordsIn(data.words, model.words) : undefined;
  const captions = { rows: data.textRows, width: data.textWidth, words };
  return {
    photos: await encode(image, photos, split.queryPhotos, split.databasePhotos),
    captions: await encode(text, captions, split.queryCaptions, split.databaseCaptions),
    rowWidth: embeddingWidth ?? bits,
  };
}

/** Encodes each row together with its partner, a photo with its first caption: protocol `paired`. */
async function encodePairs(onnx: Uint8Array, bits: number, data: TrainingData, split: DataSplit): Promise<TestCodes> {
  const { imageRows, imageWidth, textRows, textWidth, captionPhoto } = data;
  const firstCaption = new Map<number, number>();
  captionPhoto.forEach((photo, caption) => {
    if (!firstCaption.has(photo)) firstCaption.set(photo, caption);
  });
  const session = await openSession(onnx);
  const encode = async (half: 'image' | 'text', photos: Int32Array, captions: Int32Array): Promise<Encoded> => {
    const real = new Float32Array(photos.length * bits);
    for (let start = 0; start < photos.length; start += chunk) {
      const [some, theirs] = [photos.subarray(start, start + chunk), captions.subarray(start, start + chunk)];
      const outputs = await session.run({
        imageRows: gather(imageRows, some, imageWidth, new Float32Array(some.length * imageWidth)),
        textRows: gather(textRows, theirs, textWidth, new Float32Array(theirs.length * textWidth)),
      });
      const out = outputs[half];
      if (!(out instanceof Float32Array)) throw new TypeError(`the network of pairs gives no ${half}`);
      real.set(out, start * bits);
    }
    return { codes: packCodes(real, bits), rows: real };
  };
  const ofPhotos = (photos: Int32Array) =>
    encode(
      'image',
      photos,
      photos.map((photo) => entryOf(firstCaption, photo)),
    );
  const ofCaptions = (captions: Int32Array) =>
    encode(
      'text',
      captions.map((caption) => int32At(captionPhoto, caption)),
      captions,
    );
  try {
    return {
      photos: await sideOf(ofPhotos, split.queryPhotos, split.databasePhotos),
      captions: await sideOf(ofCaptions, split.queryCaptions, split.databaseCaptions),
      rowWidth: bits,
    };
  } finally {
    await session.dispose();
  }
}
