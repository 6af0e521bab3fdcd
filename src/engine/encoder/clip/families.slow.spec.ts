// Every family of networks with a small generated model in its published layout. The reference is transformers.js used as the
// model cards say: its tokenizer, its image processor and its model classes.
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { makeTinyEncoder, tinyFamilies, type TinyFamily } from '../../../../scripts/make-tiny-encoder.ts';
import type { HashlensError } from '../../../shared/errors.ts';
import { encoderFileNames, openEncoderFolder } from '../open-encoder.ts';
import type { OpenedEncoder } from '../encoder-format.ts';
import { openTransformers } from './offline.ts';
import { normaliseRows } from './tower.ts';
import { withWeightsOutside } from '../../../../test/support/onnx.ts';

const { onnx } = onnxProto;
const width = 32;
const texts = ['a dog on the beach', 'snow', '海滩上的狗', 'Two children, playing in the RED car!'];
let work = '';
const folderOf = (family: TinyFamily): string => join(work, family);

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'hashlens-families-'));
  for (const family of tinyFamilies) await makeTinyEncoder(folderOf(family), family);
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function opened<T>(dir: string, use: (encoder: OpenedEncoder) => Promise<T>): Promise<T> {
  const encoder = await openEncoderFolder(dir, { threads: 1 });
  try {
    return await use(encoder);
  } finally {
    await encoder.dispose();
  }
}

/** A drawn photo of the networks' own size, so that nothing is resized. */
function photo(seed: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * (seed + 3) + (at >> 6) * 5) % 256);
  return sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
}

function farthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? NaN))), 0);
}

const tensorSchema = z.looseObject({ data: z.instanceof(Float32Array), dims: z.array(z.number()) });

/** Unit rows of a named output. */
function rowsOf(outputs: unknown, name: string): Float32Array {
  const { data, dims } = tensorSchema.parse(z.record(z.string(), z.unknown()).parse(outputs)[name]);
  expect(dims.at(-1)).toBe(width);
  const rows = Float32Array.from(data);
  normaliseRows(rows, width);
  return rows;
}

interface Reference {
  readonly text: (text: string) => Promise<Float32Array>;
  readonly image: (pixels: Buffer) => Promise<Float32Array>;
}

/** A row computed as the library's own documentation does it. */
async function reference(family: TinyFamily): Promise<Reference> {
  const lib = await openTransformers();
  const dir = folderOf(family);
  const [textDir, imageDir] = family === 'multilingual' ? [join(dir, 'text'), join(dir, 'image')] : [dir, dir];
  const local = { local_files_only: true, dtype: 'fp32' } as const;
  const tokenizer = await lib.AutoTokenizer.from_pretrained(textDir);
  const processor = await lib.AutoImageProcessor.from_pretrained(imageDir);
  const processed = async (file: Buffer) => {
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const given: unknown = await processor(new lib.RawImage(new Uint8ClampedArray(data), info.width, info.height, 3));
    return z.record(z.string(), z.unknown()).parse(given);
  };
  const full = { padding: 'max_length', truncation: true, max_length: 64 } as const;
  if (family === 'siglip' || family === 'siglip2') {
    const text = await lib.SiglipTextModel.from_pretrained(dir, local);
    const image = await lib.SiglipVisionModel.from_pretrained(dir, local);
    // SigLIP 2's reference makes its texts lower case (Siglip2Tokenizer of transformers).
    const cased = (words: string) => (family === 'siglip2' ? words.toLowerCase() : words);
    return {
      text: async (words) => rowsOf(await text(tokenizer(cased(words), full)), 'pooler_output'),
      image: async (file) => rowsOf(await image(await processed(file)), 'pooler_output'),
    };
  }
  if (family === 'chinese-clip' || family === 'jina-clip') {
    const model = await (family === 'jina-clip' ? lib.JinaCLIPModel : lib.ChineseCLIPModel).from_pretrained(dir, local);
    const [ofText, ofImage] =
      family === 'jina-clip' ? ['l2norm_text_embeddings', 'l2norm_image_embeddings'] : ['text_embeds', 'image_embeds'];
    const some = await processed(await photo(9));
    return {
      text: async (words) => rowsOf(await model({ ...tokenizer(words), ...some }), ofText),
      image: async (file) => rowsOf(await model({ ...tokenizer('a'), ...(await processed(file)) }), ofImage),
    };
  }
  const image = await lib.CLIPVisionModelWithProjection.from_pretrained(imageDir, local);
  const ofImage = async (file: Buffer) => rowsOf(await image(await processed(file)), 'image_embeds');
  if (family === 'mobileclip') {
    const text = await lib.CLIPTextModelWithProjection.from_pretrained(dir, local);
    const padded = { padding: 'max_length', truncation: true } as const;
    return { text: async (words) => rowsOf(await text(tokenizer(words, padded)), 'text_embeds'), image: ofImage };
  }
  const text = await lib.AutoModel.from_pretrained(textDir, local);
  return { text: async (words) => rowsOf(await text(tokenizer(words)), 'sentence_embedding'), image: ofImage };
}

describe.each(tinyFamilies)('%s', (family) => {
  it('gives the rows of transformers.js for texts and photos, alone and in a batch', async () => {
    const { text, image } = await reference(family);
    const photos = await Promise.all([0, 1, 2].map(photo));
    await opened(folderOf(family), async (encoder) => {
      const found = await encoder.encodeTexts(texts);
      for (const [at, words] of texts.entries()) {
        const wanted = await text(words);
        expect(farthest(found.subarray(at * width, (at + 1) * width), wanted), words).toBeLessThan(2e-5);
        expect(farthest(await encoder.encodeTexts([words]), wanted), words).toBeLessThan(2e-5);
      }
      const prepared = await Promise.all(photos.map((file) => encoder.prepareImage(file)));
      const rows = await encoder.encodeImages(prepared);
      for (const [at, file] of photos.entries()) {
        expect(farthest(rows.subarray(at * width, (at + 1) * width), await image(file))).toBeLessThan(2e-5);
      }
      expect(farthest(rows.subarray(0, width), rows.subarray(width, 2 * width))).toBeGreaterThan(0.01);
    });
  });

  it('gives zeros for a text without words, and cuts a long one before its end token', async () => {
    await opened(folderOf(family), async (encoder) => {
      expect(await encoder.encodeTexts(['', ' \n'])).toEqual(new Float32Array(2 * width));
      const rows = await encoder.encodeTexts(['dog '.repeat(600), 'dog '.repeat(900)]);
      expect(farthest(rows.subarray(0, width), rows.subarray(width))).toBeLessThan(1e-6);
      expect(Math.hypot(...rows.subarray(0, width))).toBeCloseTo(1, 5);
    });
  });

  it('is made of the files that it names, and refuses a folder without any one of them', async () => {
    const dir = join(work, `${family}-copy`);
    await cp(folderOf(family), dir, { recursive: true });
    for (const file of await encoderFileNames(dir)) {
      await rename(join(dir, file), join(work, 'aside'));
      const error: unknown = await openEncoderFolder(dir, { threads: 1 }).catch((failure: unknown) => failure);
      expect(error, file).toMatchObject({ code: 'encoder-invalid' });
      if (!/^(text|image)\/config\.json$/.test(file)) {
        expect((error as HashlensError).message).toContain(`lacks ${file.replace(/^(text|image)\//, '')}`);
      }
      await rename(join(work, 'aside'), join(dir, file));
    }
    await opened(dir, (encoder) => Promise.resolve(encoder.info));
  });
});

describe('what it says of itself', () => {
  it.each([
    ['siglip', 'siglip:siglip', 'SigLIP'],
    ['siglip2', 'siglip:siglip2', 'SigLIP'],
    ['mobileclip', 'clip:mobileclip', 'CLIP'],
    ['chinese-clip', 'chinese-clip:chinese-clip', 'Chinese-CLIP'],
    ['jina-clip', 'jina-clip:jina-clip', 'Jina CLIP'],
    ['multilingual', 'paired:multilingual', 'Multilingual CLIP'],
  ] as const)('begins the id of %s with its family', async (family, id, name) => {
    await opened(folderOf(family), (encoder) => {
      expect(encoder.info).toMatchObject({ id, imageWidth: width, textWidth: width, sharedWidth: width });
      expect(encoder.info.name).toContain(name);
      return Promise.resolve();
    });
  });
});

describe('prompts', () => {
  it('give a text the mean of its rows in the sentences of the family, and leave blank texts and photos as they are', async () => {
    const dir = folderOf('siglip');
    const plain = await openEncoderFolder(dir, { threads: 1 });
    const prompted = await openEncoderFolder(dir, { threads: 1, id: 'siglip:siglip+prompts' });
    const texts = ['a photo of snow', 'a picture of snow', 'a photo in which one sees snow'];
    const rows = await plain.encodeTexts(texts);
    const mean = Float32Array.from({ length: width }, (_, at) =>
      texts.reduce((sum, _text, row) => sum + (rows[row * width + at] ?? NaN), 0),
    );
    normaliseRows(mean, width);
    const found = await prompted.encodeTexts([' snow ', ' ']);
    expect(farthest(found.subarray(0, width), mean)).toBeLessThan(1e-5);
    expect(farthest(mean, rows.subarray(0, width))).toBeGreaterThan(0.01);
    expect(found.subarray(width)).toEqual(new Float32Array(width));
    const image = async (encoder: OpenedEncoder) => encoder.encodeImages([await encoder.prepareImage(await photo(1))]);
    expect(await image(prompted)).toEqual(await image(plain));
    await Promise.all([plain.dispose(), prompted.dispose()]);
  });
});

describe('exports that differ', () => {
  it('gives a joined network that fails without photos a blank one', async () => {
    const dir = join(work, 'needs photos');
    await makeTinyEncoder(dir, 'chinese-clip', { needsPhotos: true });
    const { text } = await reference('chinese-clip');
    await opened(dir, async (encoder) => {
      expect(farthest(await encoder.encodeTexts(['海滩上的狗']), await text('海滩上的狗'))).toBeLessThan(2e-5);
    });
  });

  it('gives a network of half precision its pixels in it, and names the precision in the id', async () => {
    const dir = join(work, 'half');
    await makeTinyEncoder(dir, 'jina-clip', { half: true });
    const { text, image } = await reference('jina-clip');
    await opened(dir, async (encoder) => {
      expect(encoder.info.id).toBe('jina-clip:half@fp16');
      expect(encoder.isFullPrecision).toBe(false);
      const file = await photo(1);
      const row = await encoder.encodeImages([await encoder.prepareImage(file)]);
      expect(farthest(row, await image(file))).toBeLessThan(5e-3);
      expect(farthest(await encoder.encodeTexts(['snow']), await text('snow'))).toBeLessThan(5e-3);
    });
  });

  it('cuts a text to the length that an export fixes', async () => {
    const dir = join(work, 'fixed');
    await cp(folderOf('siglip'), dir, { recursive: true });
    const path = join(dir, 'onnx', 'text_model.onnx');
    const network = onnx.ModelProto.decode(await readFile(path));
    const length = network.graph?.input?.[0]?.type?.tensorType?.shape?.dim?.[1];
    if (!length) throw new Error('the network has no length');
    Object.assign(length, { dimParam: undefined, dimValue: 16 });
    await writeFile(path, onnx.ModelProto.encode(network).finish());
    const lib = await openTransformers();
    const tokenizer = await lib.AutoTokenizer.from_pretrained(dir);
    const model = await lib.SiglipTextModel.from_pretrained(dir, { local_files_only: true, dtype: 'fp32' });
    // The library's truncation removes the end token too, so the reference gets a text that needs no truncation.
    const short = 'dog '.repeat(15);
    const inputs: unknown = tokenizer(short, { padding: 'max_length', truncation: true, max_length: 16 });
    const wanted = rowsOf(await model(inputs), 'pooler_output');
    await opened(dir, async (encoder) => {
      const rows = await encoder.encodeTexts([short, 'dog '.repeat(40)]);
      expect(farthest(rows.subarray(0, width), wanted)).toBeLessThan(2e-5);
      expect(farthest(rows.subarray(width), wanted)).toBeLessThan(2e-5);
    });
  });

  it('reads weights that are kept beside the network', async () => {
    const dir = join(work, 'outside');
    await cp(folderOf('siglip'), dir, { recursive: true });
    const path = join(dir, 'onnx', 'vision_model.onnx');
    await writeFile(path, withWeightsOutside(await readFile(path), 'vision_model.onnx_data', `${path}_data`));
    expect(await encoderFileNames(dir)).toContain('onnx/vision_model.onnx_data');
    const { image } = await reference('siglip');
    await opened(dir, async (encoder) => {
      const file = await photo(2);
      const row = await encoder.encodeImages([await encoder.prepareImage(file)]);
      expect(farthest(row, await image(file))).toBeLessThan(2e-5);
    });
    await rm(`${path}_data`);
    await expect(openEncoderFolder(dir, { threads: 1 })).rejects.toMatchObject({ code: 'encoder-invalid' });
  });

  it('adds the end token that a tokenizer.json of SigLIP 2 leaves out', async () => {
    const dir = join(work, 'leaves end');
    await makeTinyEncoder(dir, 'siglip2', { leavesEnd: true });
    const { text } = await reference('siglip2');
    await opened(dir, async (encoder) => {
      expect(farthest(await encoder.encodeTexts(['snow']), await text('snow'))).toBeLessThan(2e-5);
    });
  });

  it('pads the texts of a CLIP only where its network sees padding', async () => {
    const { text } = await reference('mobileclip');
    await opened(folderOf('mobileclip'), async (encoder) => {
      expect(farthest(await encoder.encodeTexts(['snow']), await text('snow'))).toBeLessThan(2e-5);
    });
    // The reference without padding is another row, so the test above would notice.
    const lib = await openTransformers();
    const model = await lib.CLIPTextModelWithProjection.from_pretrained(folderOf('mobileclip'), { dtype: 'fp32' });
    const tokenizer = await lib.AutoTokenizer.from_pretrained(folderOf('mobileclip'));
    const unpadded = rowsOf(await model(tokenizer('snow')), 'text_embeds');
    expect(farthest(unpadded, await text('snow'))).toBeGreaterThan(0.01);
  });
});

describe('refusals', () => {
  async function refusal(dir: string): Promise<string> {
    const error: unknown = await openEncoderFolder(dir, { threads: 1 }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'encoder-invalid' });
    return (error as HashlensError).message;
  }

  async function changed(family: TinyFamily, file: string, change: Record<string, unknown>): Promise<string> {
    const dir = await mkdtemp(join(work, 'changed-'));
    await cp(folderOf(family), dir, { recursive: true });
    const data = parseJson(z.record(z.string(), z.unknown()), await readFile(join(dir, file), 'utf8'));
    await writeFile(join(dir, file), JSON.stringify({ ...data, ...change }));
    return dir;
  }

  it.each([
    ['siglip2', 'NaFlex'],
    ['clap', 'sounds'],
    ['blip', 'known are CLIP, SigLIP, Chinese-CLIP, Jina CLIP, Multilingual CLIP'],
    ['distilbert', 'beside a folder image'],
  ])('says why a "%s" model cannot be used', async (type, reason) => {
    const message = await refusal(await changed('siglip', 'config.json', { model_type: type }));
    expect(message).toContain(`holds a "${type}" model, which cannot be used`);
    expect(message).toContain(reason);
  });

  it('names the tokenizer of another family', async () => {
    const dir = await changed('siglip', 'tokenizer_config.json', { tokenizer_class: 'BertTokenizer' });
    expect(await refusal(dir)).toContain('has a "BertTokenizer" instead of a tokenizer of SigLIP');
    const model = { type: 'BPE', vocab: {}, merges: [] };
    expect(await refusal(await changed('siglip', 'tokenizer.json', { model }))).toContain('word pieces with scores');
  });

  it('says which output a network lacks', async () => {
    const dir = await changed('siglip', 'config.json', {});
    await cp(join(folderOf('mobileclip'), 'onnx', 'vision_model.onnx'), join(dir, 'onnx', 'vision_model.onnx'));
    await cp(join(folderOf('multilingual'), 'text', 'onnx', 'model.onnx'), join(dir, 'onnx', 'text_model.onnx'));
    expect(await refusal(dir)).toContain('onnx/text_model.onnx that does not give pooler_output or text_embeds');
  });

  it('names what is wrong in either folder of a pair', async () => {
    const text = await changed('multilingual', 'text/config.json', { model_type: 'gpt2' });
    expect(await refusal(text)).toContain('holds a "gpt2" model where one of distilbert, bert, xlm-roberta is needed');
    const image = await changed('multilingual', 'image/config.json', { model_type: 'siglip' });
    expect(await refusal(image)).toContain('holds a "siglip" model where CLIP is needed');
  });
});
