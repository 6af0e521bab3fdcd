// Encoders: the installed ones and the ones that can be downloaded.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

/** Devices an encoder's networks can run on: ONNX Runtime's execution providers. */
export const encoderDevices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type EncoderDevice = (typeof encoderDevices)[number];

/** What was found when an encoder ran on a device of this machine. */
export const deviceMeasurement = z.object({
  device: z.enum(encoderDevices),
  /** Whether its rows agree with the CPU's; only then is it used. */
  passed: z.boolean(),
  /** Reason of a failure, else how well the rows agree. */
  detail: z.string(),
  /** Least cosine between a row of the device and the CPU's row of the same item; null where it gave no rows. */
  cosine: z.number().nullable(),
  /** Milliseconds of a photo in the fastest batch, without decoding; null where it failed. */
  imageMs: z.number().nullable(),
  /** Milliseconds of one query of a few words. */
  textMs: z.number().nullable(),
  /** Photos in the fastest batch. */
  imageBatch: z.number(),
});
export type DeviceMeasurement = z.infer<typeof deviceMeasurement>;

export interface EncoderState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Languages it understands, for a person: `English`, `more than 100 languages`. */
  readonly languages: string;
  /** Licence of its networks, as their publisher names it; null where it is not known. */
  readonly licence: string | null;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** Whether it is in use. */
  readonly active: boolean;
  /** False for a known encoder whose files are not on this machine yet. */
  readonly installed: boolean;
  /** Size of its download, rounded to one or two digits; null where there is nothing to download. */
  readonly downloadBytes: number | null;
  /** Host that its files come from; null where there is nothing to download. */
  readonly downloadHost: string | null;
  /** Whether it is being made ready; it serves when all photos are encoded. */
  readonly isToCome: boolean;
  /** Photos of the library that it has encoded. */
  readonly photos: number;
  /** About how many bytes its rows and codes take in the library, and its files where the library keeps them. */
  readonly bytes: number;
  /** The device it runs on when it is used next. */
  readonly device: EncoderDevice;
  /** Devices it was measured on, on this machine. */
  readonly measurements: readonly DeviceMeasurement[];
}

/** What a change to an encoder takes. */
export interface EncoderPlan {
  /** Photos that it has not encoded yet and that can be read now. */
  readonly photos: number;
  /** Photos that it has not encoded yet and that are in folders which are away. */
  readonly away: number;
  /** Captions and tags that it has not encoded yet. */
  readonly texts: number;
  /** Milliseconds a photo takes on this machine, measured; null where no photo can be read. */
  readonly photoMs: number | null;
  /** Time for all of them; null where it cannot be told. */
  readonly seconds: number | null;
}

/** The device a person has chosen for encoding; `auto` takes the fastest that was measured and agrees with the CPU. */
export type WantedDevice = EncoderDevice | 'auto';

export const encodersRequests = {
  'encoders.list': request<readonly EncoderState[]>()(noParams),
  /** Measures what a change takes, and changes nothing. */
  'encoders.plan': request<EncoderPlan>()(z.object({ encoderId: z.string().min(1) })),
  /**
   * Lets the encoder serve, once the job has encoded everything that it has not encoded yet; until then the one in use serves.
   * Null where nothing is left to encode: it serves at once.
   */
  'encoders.use': request<Job | null>()(
    z.object({
      encoderId: z.string().min(1),
      /** Does not wait for photos in folders that are away: they are found by their words until they are encoded. */
      withoutAway: z.boolean().optional(),
    }),
  ),
  /**
   * Removes what an encoder that is not in use has made of the library, and its files where the library keeps them. Models
   * trained for it stay, and their codes are made again when it serves again. Gives the bytes that are free.
   */
  'encoders.remove': request<{ readonly bytes: number }>()(z.object({ encoderId: z.string().min(1) })),
  'encoders.device': request<DeviceMeasurement | null>()(
    z.object({ encoderId: z.string().min(1), device: z.enum(['auto', ...encoderDevices]) }),
  ),
  'encoders.measure': request<readonly DeviceMeasurement[]>()(z.object({ encoderId: z.string().min(1) })),
  /** `prompts`: as an encoder of its own, whose row of a text is the mean over a few sentences with it. */
  'encoders.add': request<EncoderState>()(z.object({ path: z.string().min(1), prompts: z.boolean().optional() })),
  /**
   * Where encoders are downloaded from: changes it to a mirror with the same paths, or back to the model hub with null; asks alone
   * where the address is absent.
   */
  'encoders.hub': request<{ readonly url: string; readonly isDefault: boolean }>()(
    z.object({ url: z.string().min(1).nullable().optional() }),
  ),
  'encoders.download': request<Job>()(z.object({ encoderId: z.string().min(1) })),
} as const;
