// Decoders of declared character sets: those of the Encoding Standard, and UTF-32, which it lacks.

export type Utf32 = 'utf-32le' | 'utf-32be';

/** The part of `TextDecoder` that decodes piece by piece. */
export interface StreamDecoder {
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string;
}

/** @param charset name in the Encoding Standard, or of UTF-32 */
export const decoderOf = (charset: string): StreamDecoder =>
  charset === 'utf-32le' || charset === 'utf-32be' ? new Utf32Decoder(charset) : new TextDecoder(charset);

const mostCodePoint = 0x10_ffff;
/** Number of characters that are joined at once: arguments of a function have a limit. */
const joinedAtOnce = 4096;

/** UTF-32 that a byte order mark declares and the next character confirms; null without both. */
export function markedUtf32(bytes: Uint8Array): Utf32 | null {
  if (bytes.byteLength < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isCharacter = (code: number): boolean => code > 0 && code <= mostCodePoint;
  if (view.getUint32(0, true) === 0xfeff && isCharacter(view.getUint32(4, true))) return 'utf-32le';
  return view.getUint32(0) === 0xfeff && isCharacter(view.getUint32(4)) ? 'utf-32be' : null;
}

/** Wrong code points become U+FFFD, and a byte order mark at the start is left out, as in `TextDecoder`. */
class Utf32Decoder implements StreamDecoder {
  readonly #isLittle: boolean;
  #rest: Uint8Array = new Uint8Array();
  #isStart = true;

  constructor(charset: Utf32) {
    this.#isLittle = charset === 'utf-32le';
  }

  decode(bytes: Uint8Array = new Uint8Array(), { stream = false }: { readonly stream?: boolean } = {}): string {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const whole = all.byteLength & ~3;
    const pieces: string[] = [];
    let codes: number[] = [];
    for (let at = 0; at < whole; at += 4) {
      const code = view.getUint32(at, this.#isLittle);
      const isMark = this.#isStart && code === 0xfeff;
      this.#isStart = false;
      if (isMark) continue;
      codes.push(code > mostCodePoint || (code >= 0xd800 && code <= 0xdfff) ? 0xfffd : code);
      if (codes.length < joinedAtOnce) continue;
      pieces.push(String.fromCodePoint(...codes));
      codes = [];
    }
    if (!stream && whole < all.byteLength) codes.push(0xfffd);
    this.#rest = stream ? all.slice(whole) : new Uint8Array();
    return pieces.join('') + String.fromCodePoint(...codes);
  }
}
