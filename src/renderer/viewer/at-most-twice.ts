// Keeps a small picture small: one enlarged further is a blur.
import { largestFit } from './zoom.ts';

/** Attachment of an image or a video: no side is drawn longer than twice its own pixels, once those are known. */
export function atMostTwice(element: HTMLImageElement | HTMLVideoElement): () => void {
  const isVideo = element instanceof HTMLVideoElement;
  const bound = (): void => {
    const [width, height] = isVideo
      ? [element.videoWidth, element.videoHeight]
      : [element.naturalWidth, element.naturalHeight];
    // A sound file has no pixels.
    if (width === 0 || height === 0) return;
    element.style.maxWidth = `${largestFit * width}px`;
    element.style.maxHeight = `${largestFit * height}px`;
  };
  const event = isVideo ? 'loadedmetadata' : 'load';
  element.addEventListener(event, bound);
  bound();
  return () => element.removeEventListener(event, bound);
}
