// Codes of a set's queries and database, made by a trained model's ONNX files.
import { openSession } from '../compute/sessions.ts';
import type { DataSplit, TrainingData } from '../hashing/data.ts';
import { gather } from '../hashing/memory-bank.ts';
import { realOutput, runRows, type Source } from '../hashing/network-session.ts';
import { packCodes } from '../hashing/pack.ts';
import type { TrainedModel } from '../hashing/training.ts';
import { wordsIn } from '../hashing/words.ts';

export type EncodingModel = Pick<TrainedModel, 'bits' | 'image' | 'text' | 'pair' | 'words'>;

/** Packed codes. */
interface Codes {
  readonly query: Uint8Array;
  readonly database: Uint8Array;
}

export interface TestCodes {
  readonly photos: Codes;
  readonly captions: Codes;
}

/** Pairs encoded at a time. */
const chunk = 1024;

export function encodeTest(model: EncodingModel, data: TrainingData, split: DataSplit): Promise<TestCodes> {
  return model.pair === undefined ? encodeAlone(model, data, split) : encodePairs(model.pair, model.bits, data, split);
}

/** Each modality by its own network: protocol `single`. */
async function encodeAlone(model: EncodingModel, data: TrainingData, split: DataSplit) {
  const { bits, image, text } = model;
  const encode = async (onnx: Uint8Array, source: Source, query: Int32Array, database: Int32Array) => {
    const session = await openSession(onnx);
    try {
      const codes = async (indices: Int32Array) => {
        const { real } = await runRows(session, source, { [realOutput]: bits }, indices);
        return packCodes(real, bits);
      };
      return { query: await codes(query), database: await codes(database) };
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
  };
}

/** Each row together with its partner, a photo with its first caption: protocol `paired`. */
async function encodePairs(onnx: Uint8Array, bits: number, data: TrainingData, split: DataSplit): Promise<TestCodes> {
  const { imageRows, imageWidth, textRows, textWidth, captionPhoto } = data;
  const firstCaption = new Map<number, number>();
  captionPhoto.forEach((photo, caption) => {
    if (!firstCaption.has(photo)) firstCaption.set(photo, caption);
  });
  const session = await openSession(onnx);
  const codes = async (half: 'image' | 'text', photos: Int32Array, captions: Int32Array) => {
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
    return packCodes(real, bits);
  };
  const ofPhotos = (photos: Int32Array) =>
    codes(
      'image',
      photos,
      photos.map((photo) => firstCaption.get(photo) ?? 0),
    );
  const ofCaptions = (captions: Int32Array) =>
    codes(
      'text',
      captions.map((caption) => captionPhoto[caption] ?? 0),
      captions,
    );
  try {
    return {
      photos: { query: await ofPhotos(split.queryPhotos), database: await ofPhotos(split.databasePhotos) },
      captions: { query: await ofCaptions(split.queryCaptions), database: await ofCaptions(split.databaseCaptions) },
    };
  } finally {
    await session.dispose();
  }
}
