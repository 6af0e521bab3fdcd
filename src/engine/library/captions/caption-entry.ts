// One caption of one image, as in a caption file.

export interface CaptionEntry {
  /** Image as written: a name, a relative path, or an absolute path of another machine. */
  readonly image: string;
  /** Cleaned, never empty. */
  readonly caption: string;
}

/** Takes an image and its caption before they are cleaned. */
export type OnCaption = (image: string, caption: string) => void;
