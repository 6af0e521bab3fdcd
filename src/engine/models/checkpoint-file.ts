// The checkpoint of a training on disk, beside the folder its model will have: whole or absent.
import { rm } from 'node:fs/promises';
import { writeFileAtomic } from '../runtime/atomic-write.ts';
import { openPlainFile } from '../runtime/plain-file.ts';

/** Node reads at most 2 GiB at a time. */
const piece = 1 << 30;

export class CheckpointFile {
  readonly #path: string;
  /** Settled once nothing is being written. */
  #writing: Promise<void> = Promise.resolve();

  /** @param modelDir folder of the model being trained */
  constructor(modelDir: string) {
    this.#path = `${modelDir}.checkpoint`;
  }

  /** The bytes last written; undefined where there are none, or none that can be read. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const file = await openPlainFile(this.#path).catch(() => null);
    if (file === null) return undefined;
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size;) {
        const { bytesRead } = await file.read(bytes, at, Math.min(piece, size - at), at);
        if (bytesRead === 0) return undefined;
        at += bytesRead;
      }
      return bytes;
    } catch {
      return undefined;
    } finally {
      await file.close();
    }
  }

  /** Replaces the last checkpoint. False where that failed: a training continues when the disk is too full for one. */
  write(bytes: Uint8Array): Promise<boolean> {
    const written = this.#writing.then(() => writeFileAtomic(this.#path, bytes));
    this.#writing = written.catch(() => undefined);
    return written.then(
      () => true,
      () => false,
    );
  }

  /** Resolves once nothing is being written: a training that was stopped does not wait for its last checkpoint. */
  idle(): Promise<void> {
    return this.#writing;
  }

  async remove(): Promise<void> {
    await this.idle();
    await rm(this.#path, { force: true });
    // Releases before this one wrote into it.
    await rm(`${this.#path}.part`, { force: true });
  }
}
