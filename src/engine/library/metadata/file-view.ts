// A DataView over a file, from which ExifReader reads numbers: TIFFs may be gigabytes, with tags anywhere in them.
import { readSync } from 'node:fs';

/** Bytes read ahead: metadata is a chain of small records, and each read is a system call. */
const windowBytes = 64 * 1024;
/** Honest tags are a few thousand numbers; a hostile one may claim to be a text of a gigabyte. */
const maxNumbers = 1_000_000;

/** Reads an open file synchronously, because reads are few and small. The caller closes the file. */
export class FileView extends DataView<ArrayBuffer> {
  readonly #descriptor: number;
  readonly #size: number;
  #window = new DataView(new ArrayBuffer(0));
  #start = 0;
  #numbers = 0;

  constructor(descriptor: number, size: number) {
    super(new ArrayBuffer(0));
    this.#descriptor = descriptor;
    this.#size = size;
  }

  override get byteLength(): number {
    return this.#size;
  }

  override getUint8(offset: number): number {
    return this.#at(offset, 1).getUint8(offset - this.#start);
  }

  override getUint16(offset: number, littleEndian?: boolean): number {
    return this.#at(offset, 2).getUint16(offset - this.#start, littleEndian);
  }

  override getUint32(offset: number, littleEndian?: boolean): number {
    return this.#at(offset, 4).getUint32(offset - this.#start, littleEndian);
  }

  override getInt32(offset: number, littleEndian?: boolean): number {
    return this.#at(offset, 4).getInt32(offset - this.#start, littleEndian);
  }

  /** Moves the window to these bytes. Like any DataView, throws a RangeError past the end. */
  #at(offset: number, length: number): DataView {
    if (!(offset >= 0 && offset + length <= this.#size)) throw new RangeError('Outside the file');
    if (++this.#numbers > maxNumbers) throw new RangeError('Too much metadata');
    if (offset < this.#start || offset + length > this.#start + this.#window.byteLength) {
      const bytes = new Uint8Array(Math.min(windowBytes, this.#size - offset));
      const got = readSync(this.#descriptor, bytes, 0, bytes.length, offset);
      this.#window = new DataView(bytes.buffer, 0, got);
      this.#start = offset;
    }
    return this.#window;
  }
}
