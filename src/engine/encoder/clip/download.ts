// Fetches an encoder's folder from the model hub, on a person's order only: resumable, verified, complete or not there.
import { mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import type { Checksums } from './checksums.ts';
import { readChecksums, relativeFileSchema, repoSchema, sha256OfFile } from './checksums.ts';
import { verifyEncoderFolder, writeChecksums } from './checksums.ts';
import type { Fetch, HubFile } from './hub-file.ts';
import { askHub, BrokenOff, gitSha1OfFile, transfer } from './hub-file.ts';
import { defaultClipEncoder, describeKnownEncoder, knownEncoders } from './known-encoders.ts';

export const hubUrl = 'https://huggingface.co';

export interface DownloadOptions {
  /** `owner/name` on the hub. */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** What to fetch; by default what the table of known encoders says of the repo, or of the default encoder. */
  readonly files?: readonly string[];
  /** The folder that is to hold the encoder. It appears when all is there and verified; until then `<it>.download`. */
  readonly targetDir: string;
  readonly signal?: AbortSignal;
  /** Bytes of all files together; `totalBytes` is 0 while the hub has not said. At most ten calls a second and file. */
  readonly onProgress?: (doneBytes: number, totalBytes: number, file: string) => void;
  readonly fetch?: Fetch;
  /** The hub or a mirror of it that has the same paths. */
  readonly baseUrl?: string;
  /** Wait before the second attempt, doubled for each later one. */
  readonly retryDelayMs?: number;
  readonly stallMs?: number;
}

const ATTEMPTS = 4;
const STATE_FILE = 'download.json';
const ADD_FOLDER = 'get the model folder another way and add it with `hashlens encoders add <folder>`';

/** What the unfinished folder remembers from one start of the program to the next. */
const stateSchema = z.object({
  repo: z.string(),
  files: z.record(
    z.string(),
    z.object({
      identity: z.string(),
      /** ETag of the bytes in the part file. */
      partTag: z.string().nullable(),
      /** Set when the file is whole and verified. */
      verified: z.object({ size: z.number(), sha256: z.string() }).nullable(),
    }),
  ),
});
type State = z.infer<typeof stateSchema>;

async function readState(dir: string, repo: string): Promise<State> {
  try {
    const state = stateSchema.parse(JSON.parse(await readFile(join(dir, STATE_FILE), 'utf8')));
    if (state.repo === repo) return state;
  } catch {
    // None, or one cut off by a crash: start anew.
  }
  await rm(dir, { recursive: true, force: true });
  return { repo, files: {} };
}

/** Folders being written to by this process. */
const busy = new Set<string>();

/**
 * Downloads an encoder. A download that was cancelled or broke off goes on where it stopped when it is ordered again.
 * A target that holds this encoder whole is left alone, without asking the hub; any other content of it is replaced.
 * @returns the record also written into the folder as checksums.json
 * @throws HashlensError `cancelled`; `not-found` (no such model or file); `encoder-invalid` (content differs from what
 *   the hub announced); `encoder-missing` (hub not reached, or no room on the disk); `bad-argument`
 */
export async function downloadEncoder(options: DownloadOptions): Promise<Checksums> {
  const targetDir = resolve(options.targetDir);
  const files = checkArguments(options);
  const present = await alreadyThere(targetDir, options.repo, files);
  if (present !== null) return present;
  if (busy.has(targetDir)) {
    throw new HashlensError('bad-argument', `The encoder ${options.repo} is being downloaded to ${targetDir} already.`);
  }
  busy.add(targetDir);
  try {
    return await new Download(options, targetDir, files).run();
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    if (options.signal?.aborted === true) {
      const kept = 'what has arrived is kept, and the next download goes on from there';
      throw new HashlensError('cancelled', `The download of ${options.repo} was cancelled; ${kept}.`, { cause: error });
    }
    if (error instanceof BrokenOff && !error.reached) {
      const host = new URL(options.baseUrl ?? hubUrl).host;
      const advice = `check the internet connection, or ${ADD_FOLDER}`;
      throw new HashlensError('encoder-missing', `Could not reach the model hub ${host}; ${advice}.`, { cause: error });
    }
    if (error instanceof BrokenOff) {
      const sentence = `The download of ${options.repo} broke off (${error.message}); start it again to go on from there`;
      throw new HashlensError('encoder-missing', `${sentence}, or ${ADD_FOLDER}.`, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    const where = `could not be written to ${targetDir} (${reason})`;
    const remedy = 'free space there or choose another folder';
    throw new HashlensError('encoder-missing', `The encoder ${options.repo} ${where}; ${remedy}.`, { cause: error });
  } finally {
    busy.delete(targetDir);
  }
}

function checkArguments({ repo, revision, files, baseUrl }: DownloadOptions): readonly string[] {
  const refuse = (what: string): never => {
    throw new HashlensError('bad-argument', `Cannot download this encoder: ${what}.`);
  };
  if (!repoSchema.safeParse(repo).success) refuse(`"${repo}" is not a model's name of the form owner/name`);
  if (!/^[\w-][\w./-]*$/.test(revision) || revision.includes('..')) refuse(`"${revision}" is not a revision`);
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) refuse(`"${baseUrl}" is not an address`);
  const wanted =
    files ??
    (knownEncoders.find((encoder) => encoder.repo === repo) ?? describeKnownEncoder(defaultClipEncoder))?.files ??
    [];
  for (const file of wanted) {
    if (!relativeFileSchema.safeParse(file).success) refuse(`"${file}" is not a plain file name`);
  }
  if (wanted.length === 0) refuse('no files are named');
  return wanted;
}

async function alreadyThere(dir: string, repo: string, files: readonly string[]): Promise<Checksums | null> {
  try {
    const record = await readChecksums(dir);
    if (record === null || record.repo !== repo || !files.every((file) => file in record.files)) return null;
    await verifyEncoderFolder(dir);
    return record;
  } catch {
    return null; // damaged: to be downloaded anew
  }
}

class Download {
  readonly #options: DownloadOptions;
  readonly #targetDir: string;
  readonly #workDir: string;
  readonly #files: readonly string[];
  readonly #fetch: Fetch;
  readonly #signal: AbortSignal;
  #state: State;
  #lastReport = 0;

  constructor(options: DownloadOptions, targetDir: string, files: readonly string[]) {
    this.#options = options;
    this.#targetDir = targetDir;
    this.#workDir = `${targetDir}.download`;
    this.#files = files;
    this.#fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
    this.#signal = options.signal ?? new AbortController().signal;
    this.#state = { repo: options.repo, files: {} };
  }

  async run(): Promise<Checksums> {
    const { repo, revision } = this.#options;
    this.#signal.throwIfAborted();
    const { remotes, commit } = await this.#ask();
    this.#state = await readState(this.#workDir, repo);
    const total = remotes.reduce((sum, { remote }) => sum + (remote.size ?? 0), 0);
    await this.#checkRoom(total);
    let done = 0;
    const record: Checksums = { repo, revision, commit, files: {} };
    for (const { file, remote } of remotes) {
      const before = done;
      const url = this.#url(commit, file);
      const verified = await this.#bring(file, url, remote, (inPart) => this.#report(before + inPart, total, file));
      record.files[file] = verified;
      done += verified.size;
      this.#report(done, total, file, true);
    }
    this.#signal.throwIfAborted();
    await writeChecksums(this.#workDir, record);
    await rm(join(this.#workDir, STATE_FILE), { force: true });
    await this.#moveIntoPlace();
    return record;
  }

  /** Asks for every file first: the sum is known, and all files are taken from one commit. */
  async #ask(): Promise<{ remotes: { file: string; remote: HubFile }[]; commit: string | null }> {
    const remotes: { file: string; remote: HubFile }[] = [];
    let commit: string | null = null;
    for (const file of this.#files) {
      const url = this.#url(commit, file);
      const remote: HubFile = await this.#retrying(() => askHub(this.#fetch, url, this.#askSignal()));
      commit ??= remote.commit;
      remotes.push({ file, remote });
    }
    return { remotes, commit };
  }

  #url(commit: string | null, file: string): string {
    const { repo, revision, baseUrl = hubUrl } = this.#options;
    return `${baseUrl.replace(/\/+$/, '')}/${repo}/resolve/${encodeURIComponent(commit ?? revision)}/${file}`;
  }

  #askSignal(): AbortSignal {
    return AbortSignal.any([this.#signal, AbortSignal.timeout(this.#stallMs())]);
  }

  #stallMs(): number {
    return this.#options.stallMs ?? 60_000;
  }

  async #checkRoom(total: number): Promise<void> {
    await mkdir(this.#workDir, { recursive: true });
    let present = 0;
    for (const file of this.#files) {
      for (const path of [join(this.#workDir, file), join(this.#workDir, `${file}.part`)]) {
        present += (await stat(path).catch(() => null))?.size ?? 0;
      }
    }
    const { bavail, bsize } = await statfs(this.#workDir);
    const missing = total - present;
    if (bavail * bsize >= missing) return;
    const sizes = `${Math.ceil(missing / 1e6)} MB are needed and ${Math.floor((bavail * bsize) / 1e6)} MB are free`;
    throw new HashlensError('encoder-missing', `No room for the encoder in ${dirname(this.#targetDir)}: ${sizes}.`);
  }

  /** Runs a step again after a growing wait, as long as it fails without getting anywhere at most ATTEMPTS times. */
  async #retrying<T>(step: () => Promise<T>, progress: () => number = () => 0): Promise<T> {
    let delay = this.#options.retryDelayMs ?? 1000;
    let reached = progress();
    for (let attempt = 1; ; attempt++) {
      try {
        return await step();
      } catch (error) {
        this.#signal.throwIfAborted();
        const timedOut = error instanceof Error && error.name === 'TimeoutError';
        if (!(error instanceof BrokenOff || timedOut)) throw error;
        if (progress() > reached) {
          reached = progress();
          attempt = 1;
        }
        if (attempt >= ATTEMPTS) throw timedOut ? new BrokenOff('no answer', false, { cause: error }) : error;
        await sleep(delay, undefined, { signal: this.#signal });
        delay *= 2;
      }
    }
  }

  /** Brings one file to the working folder, whole and verified. */
  async #bring(
    file: string,
    url: string,
    remote: HubFile,
    onBytes: (inPart: number) => void,
  ): Promise<{ size: number; sha256: string }> {
    const path = join(this.#workDir, file);
    const part = `${path}.part`;
    const identity = remote.identity ?? '';
    const known = this.#state.files[file];
    if (known?.identity !== identity || identity === '') {
      // Never seen, changed on the hub since, or nothing to recognise it by: no byte of it can be trusted.
      await rm(part, { force: true });
      await rm(path, { force: true });
      delete this.#state.files[file];
    } else if (known.verified !== null && (await stat(path).catch(() => null))?.size === known.verified.size) {
      return known.verified;
    }
    await mkdir(dirname(path), { recursive: true });
    let furthest = 0;
    await this.#retrying(
      () =>
        transfer({
          fetch: this.#fetch,
          url,
          file: remote,
          part,
          partTag: this.#state.files[file]?.partTag ?? null,
          signal: this.#signal,
          stallMs: this.#stallMs(),
          onStart: (partTag) => this.#remember(file, { identity, partTag, verified: null }),
          onBytes: (inPart) => {
            furthest = Math.max(furthest, inPart);
            onBytes(inPart);
          },
        }),
      () => furthest,
    );
    const verified = await this.#verify(file, part, remote);
    await rename(part, path);
    await this.#remember(file, { identity, partTag: null, verified });
    return verified;
  }

  async #verify(file: string, part: string, remote: HubFile): Promise<{ size: number; sha256: string }> {
    const { size } = await stat(part);
    const sha256 = await sha256OfFile(part, this.#signal);
    const sizeRight = remote.size === null || size === remote.size;
    const contentRight =
      remote.sha256 !== null
        ? sha256 === remote.sha256
        : remote.gitSha1 === null || (await gitSha1OfFile(part)) === remote.gitSha1;
    if (sizeRight && contentRight) return { size, sha256 };
    await rm(part, { force: true });
    const what = sizeRight ? 'its checksum differs' : `it has ${size} bytes instead of ${remote.size}`;
    const sentence = `The downloaded ${file} is not what the model hub announced: ${what}`;
    throw new HashlensError('encoder-invalid', `${sentence}; it was thrown away, please download again.`);
  }

  async #remember(file: string, entry: State['files'][string]): Promise<void> {
    this.#state.files[file] = entry;
    const path = join(this.#workDir, STATE_FILE);
    await writeFile(`${path}.new`, JSON.stringify(this.#state));
    await rename(`${path}.new`, path);
  }

  #report(done: number, total: number, file: string, always = false): void {
    const now = performance.now();
    if (!always && now - this.#lastReport < 100) return;
    this.#lastReport = now;
    this.#options.onProgress?.(done, total, file);
  }

  async #moveIntoPlace(): Promise<void> {
    const old = `${this.#targetDir}.old`;
    await rm(old, { recursive: true, force: true });
    const hadOne = await rename(this.#targetDir, old).then(
      () => true,
      () => false,
    );
    try {
      await rename(this.#workDir, this.#targetDir);
    } catch (error) {
      if (hadOne) await rename(old, this.#targetDir);
      throw error;
    }
    await rm(old, { recursive: true, force: true });
  }
}
