// The photo in the viewer: its index in the list, and its details.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoCode, PhotoDetails, PhotoExposure, PhotoTiles } from '../../shared/contract/photos.ts';
import { favouriteTag } from '../../shared/contract/edits.ts';
import type { Ask } from '../bridge.ts';
import { listOf, type PhotoList } from './photo-list.ts';
import type { WindowPreferences } from './preferences.svelte.ts';

/** Duration of a photo in a slide show. */
const slideMs = 5000;

/** Time that a photo is shown before its file is read for more facts: not while arrow keys pass it by. */
const passingMs = 120;

/** Number of photos on each side that are loaded with the one shown. */
const near = 20;

/** Number of photos on each side in the strip. */
const beside = 8;

/** Number of tags that are shown as evoked by a photo. */
const mostEvoked = 6;

const videoName = /\.(?:3gp|avi|m4v|mkv|mov|mp4|mpe?g|mts|ogv|qt|webm|wmv)$/i;

export class Viewer {
  readonly #ask: Ask;
  readonly #onError: (error: unknown) => void;
  #list = $state.raw<PhotoList>(listOf([]));
  #index = $state<number | null>(null);

  #slide: ReturnType<typeof setTimeout> | undefined;
  #videoPlays = false;

  details = $state.raw<PhotoDetails | null>(null);
  /** From the photo's file; null while it is unknown. */
  exposure = $state.raw<PhotoExposure | null>(null);
  /** Null while it is unknown. */
  code = $state.raw<PhotoCode | null>(null);
  /** Tags of the library that fit the picture best, whether it has them or not; empty while they are unknown. */
  evoked = $state.raw<readonly string[]>([]);
  readonly #preferences: WindowPreferences;
  /** Whether the photo's facts are shown beside it. */
  readonly panelOpen = $derived.by(() => this.#preferences.now.factsOpen);
  /** Whether the strip of photos before and after is shown. */
  readonly stripOpen = $derived.by(() => this.#preferences.now.stripOpen);
  /** Whether the window fills the screen with the photo alone. */
  fullScreen = $state(false);
  /** Whether a slide show is running. */
  playing = $state(false);
  /** The version shown; 0 is the photo itself. */
  version = $state(0);
  /** Whether it plays. */
  readonly isVideo = $derived.by(() => {
    const { details, version } = this;
    // Decide by the file name until the engine has answered.
    if (details === null) return videoName.test(this.hit?.path ?? '');
    return version === 0
      ? details.isVideo
      : details.versions.some((other) => other.number === version && other.isVideo);
  });
  /** The version that is the photo's video; null without one. */
  readonly video = $derived(this.details?.versions.find((other) => other.isVideo)?.number ?? null);
  /** Photos that the arrow keys go through: the list when the viewer opened. */
  readonly list = $derived(this.#list);
  /** Index of the photo in its list; null while the viewer is closed. */
  readonly index = $derived(this.#index);
  readonly hit = $derived(this.#index === null ? null : this.#list.photo(this.#index));
  readonly hasPrevious = $derived(this.#index !== null && this.#index > 0);
  readonly hasNext = $derived(this.#index !== null && this.#index < this.#list.count - 1);

  constructor(ask: Ask, preferences: WindowPreferences, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#preferences = preferences;
    this.#onError = onError;
  }

  open(list: PhotoList, index: number): Promise<void> {
    this.#list = list;
    return this.#go(index);
  }

  /** Photos around the one shown, for the strip: index in the list and known data of each. */
  readonly around = $derived.by(() => {
    const index = this.#index;
    if (index === null) return [];
    const from = Math.max(0, index - beside);
    const to = Math.min(this.#list.count, index + beside + 1);
    return Array.from({ length: to - from }, (_, i) => {
      return { index: from + i, photoId: this.#list.photoId(from + i), hit: this.#list.photo(from + i) };
    });
  });

  showPanel = (open: boolean): void => this.#preferences.change({ factsOpen: open });

  togglePanel = (): void => this.showPanel(!this.panelOpen);

  toggleStrip = (): void => this.#preferences.change({ stripOpen: !this.stripOpen });

  toggleFullScreen = (): void => {
    this.fullScreen = !this.fullScreen;
    this.#ask('app.fullScreen', { on: this.fullScreen }).catch(this.#onError);
  };

  /** Tiles of the photo in full size; null if its address gives full size. */
  tilesOf = async (photoId: PhotoId): Promise<PhotoTiles | null> =>
    this.version > 0 ? null : await this.#ask('photos.tiles', { photoId }).catch(() => null);

  /** Shows the photo at this index of the list. */
  show = (index: number): void => void this.#go(index);

  toggleVideo = (): void => {
    if (this.video !== null) this.version = this.version === this.video ? 0 : this.video;
  };

  togglePlaying = (): void => {
    if (this.playing) this.#stopPlaying();
    else if (this.hasNext) {
      this.playing = true;
      this.#showForTime();
    }
  };

  /** A slide show waits while a video plays. */
  videoPlays = (plays: boolean): void => {
    this.#videoPlays = plays;
    this.#showForTime();
  };

  /** In a slide show, shows the photo for its time from now on. */
  #showForTime(): void {
    clearTimeout(this.#slide);
    if (!this.playing || this.#videoPlays) return;
    this.#slide = setTimeout(() => {
      if (this.hasNext) this.next();
      else this.#stopPlaying();
    }, slideMs);
  }

  #stopPlaying(): void {
    clearTimeout(this.#slide);
    this.playing = false;
  }

  close = (): void => {
    this.#stopPlaying();
    if (this.fullScreen) this.toggleFullScreen();
    this.#index = null;
    this.#forgetFacts();
  };

  #forgetFacts(): void {
    this.details = null;
    this.exposure = null;
    this.code = null;
    this.evoked = [];
  }

  next = (): void => {
    if (this.hasNext && this.#index !== null) void this.#go(this.#index + 1);
  };

  previous = (): void => {
    if (this.hasPrevious && this.#index !== null) void this.#go(this.#index - 1);
  };

  /** Loads the details of the photo again, after a change. */
  async reload(): Promise<void> {
    const { hit } = this;
    if (hit === null) return;
    try {
      const details = await this.#ask('photos.get', { photoId: hit.photoId });
      if (this.hit?.photoId === hit.photoId) this.details = details;
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Requests the facts that take longer. @returns a function that drops their answers */
  lookClosely(photoId: PhotoId): () => void {
    let ended = false;
    const timer = setTimeout(() => {
      // Facts that cannot be read are left out.
      this.#ask('photos.code', { photoId }).then(
        (code) => {
          if (!ended) this.code = code;
        },
        () => undefined,
      );
      this.#ask('photos.exposure', { photoId }).then(
        (exposure) => {
          if (!ended) this.exposure = exposure;
        },
        () => undefined,
      );
      // One more, because favourites are a tag, too.
      this.#ask('search.describe', { source: { photoId }, target: 'tags', limit: mostEvoked + 1 }).then(
        ({ hits }) => {
          if (ended) return;
          const tags = hits.map(({ text }) => text).filter((text) => text !== favouriteTag);
          this.evoked = tags.slice(0, mostEvoked);
        },
        () => undefined,
      );
    }, passingMs);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }

  async #go(index: number): Promise<void> {
    const list = this.#list;
    try {
      if (list.photo(index) === null) await list.load(index - near, index + near);
      else void list.load(index - near, index + near).catch(this.#onError);
      if (list !== this.#list) return;
      this.#index = index;
      this.#forgetFacts();
      this.version = 0;
      this.videoPlays(false);
      const photoId = list.photoId(index);
      const details = await this.#ask('photos.get', { photoId });
      if (this.#index === index && list === this.#list) this.details = details;
    } catch (error) {
      this.#onError(error);
      if (this.#index !== index) this.#stopPlaying();
    }
  }
}
