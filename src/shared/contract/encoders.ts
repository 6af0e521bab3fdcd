// Encoders: the installed ones and the ones that can be downloaded.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

/** Devices an encoder's networks can run on: ONNX Runtime's execution providers. */
export const encoderDevices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type EncoderDevice = (typeof encoderDevices)[number];

/** Result of running an encoder on a device of this machine. */
export const deviceMeasurement = z.object({
  device: z.enum(encoderDevices),
  /** Whether its rows agree with the CPU's; only then is it used. */
  passed: z.boolean(),
  /** Reason of a failure, or else a description of how well the rows agree. */
  detail: z.string(),
  /** Least cosine between a row of the device and the CPU's row of the same item; null without rows. */
  cosine: z.number().nullable(),
  /** Milliseconds of a photo in the fastest batch, without decoding; null after a failure. */
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
  /** Licence of its networks, as their publisher names it; null if unknown. */
  readonly licence: string | null;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** Whether it is in use. */
  readonly active: boolean;
  /** False for a known encoder whose files are not on this machine. */
  readonly installed: boolean;
  /** Size of its download, rounded to one or two digits; null without a download. */
  readonly downloadBytes: number | null;
  /** Host of its files; null without a download. */
  readonly downloadHost: string | null;
  /**
   * Least and most milliseconds of a photo on usual computers without a graphics card, before it is here and measured; null
   * for others.
   */
  readonly usualPhotoMs: readonly [least: number, most: number] | null;
  /** Whether it is being prepared; it serves when all photos are encoded. */
  readonly isPending: boolean;
  /** Number of photos of the library that it has encoded. */
  readonly photos: number;
  /** Approximate bytes of its rows and codes in the library, and of its files if the library keeps them. */
  readonly bytes: number;
  /** The device of its next use. */
  readonly device: EncoderDevice;
  /** Its measurements on devices of this machine. */
  readonly measurements: readonly DeviceMeasurement[];
}

/** Cost of a change to an encoder. */
export interface EncoderPlan {
  /** Number of photos that it has not encoded and that can be read now. */
  readonly photos: number;
  /** Number of photos that it has not encoded, in offline folders. */
  readonly offline: number;
  /** Number of captions and tags that it has not encoded. */
  readonly texts: number;
  /** Measured milliseconds of a photo on this machine; null if no photo can be read. */
  readonly photoMs: number | null;
  /** Time for all of them; null if unknown. */
  readonly seconds: number | null;
}

/**
 * The device a person has chosen for encoding; `auto` takes the fastest one that was measured and agrees with the
 * CPU.
 */
export type WantedDevice = EncoderDevice | 'auto';

export const encodersRequests = {
  'encoders.list': request<readonly EncoderState[]>()(noParams),
  /** Measures the cost of a change, and changes nothing. */
  'encoders.plan': request<EncoderPlan>()(z.object({ encoderId: z.string().min(1) })),
  /**
   * Switches to the encoder once the job has encoded all missing items; until then the one in use serves. Null if
   * nothing is missing: it serves at once.
   */
  'encoders.use': request<Job | null>()(
    z.object({
      encoderId: z.string().min(1),
      /** Ignores photos in offline folders: they are found by their words until they are encoded. */
      withoutOffline: z.boolean().optional(),
    }),
  ),
  /**
   * Removes the data of an encoder that is not in use, and its files if the library keeps them. Models trained for
   * it stay, and their codes are made again when it serves again. Returns the freed bytes.
   */
  'encoders.remove': request<{ readonly bytes: number }>()(z.object({ encoderId: z.string().min(1) })),
  'encoders.device': request<DeviceMeasurement | null>()(
    z.object({ encoderId: z.string().min(1), device: z.enum(['auto', ...encoderDevices]) }),
  ),
  'encoders.measure': request<readonly DeviceMeasurement[]>()(z.object({ encoderId: z.string().min(1) })),
  /** `prompts`: as a separate encoder, whose row of a text is the mean over a few sentences with it. */
  'encoders.add': request<EncoderState>()(z.object({ path: z.string().min(1), prompts: z.boolean().optional() })),
  /**
   * Address for downloads of encoders: changes it to a mirror with the same paths, or with null back to the model
   * hub; only returns it without a parameter.
   */
  'encoders.hub': request<{ readonly url: string; readonly isDefault: boolean }>()(
    z.object({ url: z.string().min(1).nullable().optional() }),
  ),
  'encoders.download': request<Job>()(z.object({ encoderId: z.string().min(1) })),
} as const;
