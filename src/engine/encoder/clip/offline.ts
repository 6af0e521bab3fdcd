// The only import of @huggingface/transformers. Loads it late, because it loads ONNX Runtime, and blocks its network
// access.
import '../../runtime/telemetry-off.ts';
import type * as TransformersModule from '@huggingface/transformers';

type Transformers = typeof TransformersModule;

let opened: Promise<Transformers> | undefined;

/** Replaces the library's `fetch`, so that none of its code can use the network, whatever its other settings. */
function refuseToFetch(input: string | URL): Promise<never> {
  return Promise.reject(new Error(`Encoders are read from disk only; refused to fetch ${String(input)}`));
}

/**
 * Loads the transformers library, set up to read from disk only: no remote models, no cache folder, no fetch. Its
 * settings are global to the process, so this is the only place that sets them.
 */
export function openTransformers(): Promise<Transformers> {
  opened ??= import('@huggingface/transformers').then((transformers) => {
    const { env, LogLevel } = transformers;
    env.allowLocalModels = true;
    env.allowRemoteModels = false;
    env.useFSCache = false;
    env.useBrowserCache = false;
    env.useWasmCache = false;
    env.cacheDir = null;
    env.fetch = refuseToFetch;
    // A failing run throws; the library would also print all its input numbers.
    env.logLevel = LogLevel.NONE;
    return transformers;
  });
  return opened;
}
