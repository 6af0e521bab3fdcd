// Downloads an encoder's folder from the model hub when a person orders it. A download can resume, is verified, and
// appears only when it is complete.
import { rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { moveIntoPlace, writeFileAtomic } from '../../runtime/atomic-write.ts';
import { makeFolder } from '../../runtime/make-folder.ts';
import { readPlainText, sha256OfFile } from '../../runtime/plain-file.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Checksums } from './checksums.ts';
import { readChecksums, relativeFileSchema, repoSchema } from './checksums.ts';
import { verifyEncoderFolder, writeChecksums } from './checksums.ts';
import type { Fetch, HubFile } from './hub-file.ts';
import { requestHubFile, BrokenOff, gitSha1OfFile, transfer } from './hub-file.ts';
import { defaultClipEncoder, describeKnownEncoder, knownEncoders } from './known-encoders.ts';
import type { EncoderPart } from './known-encoders.ts';
import { parseJson } from '../../../shared/json.ts';

export const hubUrl = 'https://huggingface.co';

export interface DownloadOptions {
  /** `owner/name` on the hub. */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Files to fetch. The default is the list of the known encoder of that repo, or of the default encoder. */
  readonly files?: readonly string[];
  /** Subfolders that come from separate repositories. */
  readonly parts?: readonly EncoderPart[];
  /**
   * Folder for the encoder. It appears when all files are present and verified; until then they are in
   * `<targetDir>.download`.
   */
  readonly targetDir: string;
  readonly signal?: AbortSignal;
  /**
   * Progress in bytes of all files together. `totalBytes` is 0 until the hub has given the sizes. At most ten calls a
   * second for each file.
   */
  readonly onProgress?: (doneBytes: number, totalBytes: number, file: string) => void;
  readonly fetch?: Fetch;
  /** The hub, or a mirror with the same paths. */
  readonly baseUrl?: string;
  /** Wait before the second attempt. It doubles for each later one. */
  readonly retryDelayMs?: number;
  readonly stallMs?: number;
}

const maxAttempts = 4;
const stateFile = 'download.json';
const addFolder = 'get the model folder another way and add it as an encoder';

/** State of an unfinished folder, kept between starts of the program. */
const stateSchema = z.object({
  repo: z.string(),
  files: z.record(
    z.string(),
    z.object({
      identity: z.string(),
      /** ETag of the bytes in the part file. */
      partTag: z.string().nullable(),
      /** Set once the file is complete and verified. */
      verified: z.object({ size: z.number(), sha256: z.string() }).nullable(),
    }),
  ),
});
type State = z.infer<typeof stateSchema>;

async function readState(dir: string, repo: string): Promise<State> {
  try {
    const state = parseJson(stateSchema, await readPlainText(join(dir, stateFile)));
    if (state.repo === repo) return state;
  } catch {
    // No state, or one cut off by a crash: start again.
  }
  await rm(dir, { recursive: true, force: true });
  return { repo, files: {} };
}

/** Folders that this process is writing to. */
const busy = new Set<string>();

/**
 * Downloads an encoder. An order for a download that was cancelled or interrupted continues it. A target that already
 * contains the complete encoder stays as it is, without a request to the hub; any other content is replaced.
 * @returns the record that is also written into the folder as checksums.json
 * @throws HashlensError `cancelled`; `not-found` (no such model or file); `encoder-invalid` (content differs from what
 *   the hub announced); `encoder-missing` (hub not reached, or disk full); `bad-argument`
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
      const advice = `check the internet connection, or ${addFolder}`;
      throw new HashlensError('encoder-missing', `Could not reach the model hub ${host}; ${advice}.`, { cause: error });
    }
    if (error instanceof BrokenOff) {
      const sentence = `The download of ${options.repo} broke off (${error.message}); start it again to go on from there`;
      throw new HashlensError('encoder-missing', `${sentence}, or ${addFolder}.`, { cause: error });
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
    return null; // damaged: download it again
  }
}

class Download {
  readonly #options: DownloadOptions;
  readonly #targetDir: string;
  readonly #workDir: string;
  readonly #files: readonly string[];
  readonly #fetch: Fetch;
  readonly #signal: AbortSignal;
  /** Commits by repository, as the hub named them. */
  readonly #commits = new Map<string, string>();
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
      const url = this.#url(file);
      const verified = await this.#bring(file, url, remote, (inPart) => this.#report(before + inPart, total, file));
      record.files[file] = verified;
      done += verified.size;
      this.#report(done, total, file, true);
    }
    this.#signal.throwIfAborted();
    await writeChecksums(this.#workDir, record);
    await rm(join(this.#workDir, stateFile), { force: true });
    await this.#moveIntoPlace();
    return record;
  }

  /** Requests the headers of every file first, so that the total is known and all files come from one commit. */
  async #ask(): Promise<{ remotes: { file: string; remote: HubFile }[]; commit: string | null }> {
    const remotes: { file: string; remote: HubFile }[] = [];
    for (const file of this.#files) {
      const url = this.#url(file);
      const remote = await this.#retrying(() => requestHubFile(this.#fetch, url, this.#askSignal()));
      const { repo } = this.#sourceOf(file);
      if (remote.commit !== null && !this.#commits.has(repo)) this.#commits.set(repo, remote.commit);
      remotes.push({ file, remote });
    }
    return { remotes, commit: this.#commits.get(this.#options.repo) ?? null };
  }

  /** Source of a file of the encoder's folder. */
  #sourceOf(file: string): { repo: string; revision: string; remoteFile: string } {
    const { repo, revision, parts = [] } = this.#options;
    const part = parts.find(({ folder }) => file.startsWith(`${folder}/`));
    if (part === undefined) return { repo, revision, remoteFile: file };
    return { repo: part.repo, revision: part.revision, remoteFile: file.slice(part.folder.length + 1) };
  }

  #url(file: string): string {
    const { repo, revision, remoteFile } = this.#sourceOf(file);
    const { baseUrl = hubUrl } = this.#options;
    const commit = this.#commits.get(repo) ?? revision;
    return `${baseUrl.replace(/\/+$/, '')}/${repo}/resolve/${encodeURIComponent(commit)}/${remoteFile}`;
  }

  #askSignal(): AbortSignal {
    return AbortSignal.any([this.#signal, AbortSignal.timeout(this.#stallMs())]);
  }

  #stallMs(): number {
    return this.#options.stallMs ?? 60_000;
  }

  async #checkRoom(total: number): Promise<void> {
    await makeFolder(this.#workDir);
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

  /** Repeats a failing step after a growing wait. Gives up after maxAttempts failures without progress. */
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
        if (attempt >= maxAttempts) throw timedOut ? new BrokenOff('no answer', false, { cause: error }) : error;
        await sleep(delay, undefined, { signal: this.#signal });
        delay *= 2;
      }
    }
  }

  /** Downloads one file into the working folder, and verifies it. */
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
      // The part is new, has changed on the hub, or cannot be identified: no byte of it can be trusted.
      await rm(part, { force: true });
      await rm(path, { force: true });
      delete this.#state.files[file];
    } else if (known.verified !== null && (await stat(path).catch(() => null))?.size === known.verified.size) {
      return known.verified;
    }
    await makeFolder(dirname(path));
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
    await moveIntoPlace(part, path);
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
    // A state that a power cut loses costs a download, and it is written often.
    await writeFileAtomic(join(this.#workDir, stateFile), JSON.stringify(this.#state), { flush: false });
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
