// The only door to @huggingface/transformers: opened late (it loads ONNX Runtime) and with its network nailed shut.
import '../../runtime/telemetry-off.ts';
import type * as TransformersModule from '@huggingface/transformers';

type Transformers = typeof TransformersModule;

let opened: Promise<Transformers> | undefined;

/** Stands where the library keeps its `fetch`, so that no code path of it can reach out, whatever its other settings. */
function refuseToFetch(input: string | URL): Promise<never> {
  return Promise.reject(new Error(`Encoders are read from disk only; refused to fetch ${String(input)}`));
}

/**
 * The transformers library, set up to read from disk only: no remote models, no cache folder of its own, no fetch.
 * Its settings are global to the process, so they are made here once and nowhere else.
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
    // A failing run reaches the caller as an exception; the library would also print all its input numbers.
    env.logLevel = LogLevel.NONE;
    return transformers;
  });
  return opened;
}
