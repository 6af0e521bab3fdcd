// The checkpoint of a training on disk, beside the folder its model will have: whole or absent, however writing it ends.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Node reads and writes at most 2 GiB at a time. */
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
    const file = await open(this.#path).catch(() => null);
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

  /**
   * Writes into a temporary file first, which then takes the place of the last one. False where that failed: a disk too
   * full for a checkpoint is no reason to give a training up.
   */
  write(bytes: Uint8Array): Promise<boolean> {
    const written = this.#writing.then(() => this.#replace(bytes));
    this.#writing = written.catch(() => undefined);
    return written.then(
      () => true,
      () => false,
    );
  }

  /** Once nothing is being written: a training that was stopped does not wait for its last checkpoint. */
  idle(): Promise<void> {
    return this.#writing;
  }

  async #replace(bytes: Uint8Array): Promise<void> {
    const part = `${this.#path}.part`;
    await mkdir(dirname(part), { recursive: true });
    try {
      const file = await open(part, 'w');
      try {
        for (let at = 0; at < bytes.length;) {
          at += (await file.write(bytes, at, Math.min(piece, bytes.length - at), at)).bytesWritten;
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, this.#path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  async remove(): Promise<void> {
    await this.idle();
    await rm(this.#path, { force: true });
    await rm(`${this.#path}.part`, { force: true });
  }
}
