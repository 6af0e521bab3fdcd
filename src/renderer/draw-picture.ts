// Draws pictures in the size in which they are shown. Chromium keeps hundreds of images in their full size, with their files,
// after they have left the document; a drawn canvas takes the memory of its own pixels.

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of a picture that covers a box, and the pixels to draw it with: those of the box, or fewer if the part has fewer. */
export function covering(picture: Size, box: Size): { readonly part: Size; readonly drawn: Size } {
  const scale = Math.max(box.width / picture.width, box.height / picture.height);
  const part = { width: box.width / scale, height: box.height / scale };
  const shrink = Math.min(1, scale);
  return {
    part,
    drawn: {
      width: Math.max(1, Math.round(part.width * shrink)),
      height: Math.max(1, Math.round(part.height * shrink)),
    },
  };
}

/** Milliseconds without another change of size after which a drawn picture is drawn again. */
const settledMs = 150;

/**
 * Loads the picture and draws its middle over the whole canvas, which keeps what it shows until then. A failure is an
 * `error` event of the canvas.
 * @param box in pixels of the screen
 * @returns a function that stops it
 */
export function drawPicture(canvas: HTMLCanvasElement, url: string, box: Size): () => void {
  const stopped = new AbortController();
  const start = (): void => {
    draw(canvas, url, box, stopped.signal).catch(() => {
      if (!stopped.signal.aborted) canvas.dispatchEvent(new Event('error'));
    });
  };
  const timer = setTimeout(start, canvas.width === 0 ? 0 : settledMs);
  return () => {
    clearTimeout(timer);
    stopped.abort();
  };
}

/** Frees the pixels, which the garbage collection frees much later. */
export function freePicture(canvas: HTMLCanvasElement): void {
  canvas.width = 0;
  canvas.height = 0;
}

async function draw(canvas: HTMLCanvasElement, url: string, box: Size, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}.`);
  const picture = await createImageBitmap(await response.blob());
  try {
    if (signal.aborted) return;
    const { part, drawn } = covering(picture, box);
    canvas.width = drawn.width;
    canvas.height = drawn.height;
    // Draw without the graphics processor, for which each of hundreds of canvases would be a layer of its own.
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('This page has no memory to draw with.');
    context.imageSmoothingQuality = 'medium';
    const [left, top] = [(picture.width - part.width) / 2, (picture.height - part.height) / 2];
    context.drawImage(picture, left, top, part.width, part.height, 0, 0, drawn.width, drawn.height);
  } finally {
    picture.close();
  }
}
