// Synthetic data with a known structure, for tests: topics appear in photos and captions through different maps.
import type { TrainingData } from '../../src/engine/hashing/data/training-data.ts';
import { Random } from '../../src/engine/numerics/random.ts';

export interface TopicDataOptions {
  readonly photos: number;
  readonly captionsPerPhoto?: number;
  readonly topics?: number;
  readonly width?: number;
  readonly noise?: number;
  /** Whether photos carry their topic as a tag. */
  readonly tags?: boolean;
  readonly seed?: number;
}

/**
 * Each photo has a topic. Its image row and its captions' text rows are the topic's image and text directions plus a
 * part of the photo's own and noise, at unit length. Image and text directions are independent.
 */
export function topicData(options: TopicDataOptions): TrainingData {
  const { photos, captionsPerPhoto = 2, topics = 6, width = 24, noise = 0.3, tags = true, seed = 1 } = options;
  const random = new Random(seed);
  const direction = () => Float32Array.from({ length: width }, () => random.normal());
  const centres = Array.from({ length: topics }, () => ({ image: direction(), text: direction() }));
  const row = (centre: Float32Array) => {
    const values = centre.map((x) => x + noise * random.normal());
    const norm = Math.hypot(...values);
    return values.map((x) => x / norm);
  };
  const imageRows = new Float32Array(photos * width);
  const textRows = new Float32Array(photos * captionsPerPhoto * width);
  const captionPhoto = new Int32Array(photos * captionsPerPhoto);
  const photoTags: number[][] = [];
  for (let photo = 0; photo < photos; photo++) {
    const topic = random.below(topics);
    const centre = centres[topic];
    if (centre === undefined) continue;
    imageRows.set(row(centre.image), photo * width);
    photoTags.push(tags ? [topic] : []);
    for (let i = 0; i < captionsPerPhoto; i++) {
      const caption = photo * captionsPerPhoto + i;
      captionPhoto[caption] = photo;
      textRows.set(row(centre.text), caption * width);
    }
  }
  return { imageRows, textRows, imageWidth: width, textWidth: width, sharedWidth: 0, captionPhoto, photoTags };
}
