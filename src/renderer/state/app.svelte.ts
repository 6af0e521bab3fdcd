// The page's whole state, and the effect of each engine event.
import { m } from '../../language/language.ts';
import type {
  AppEvent,
  EngineHealth,
  AppInfo,
  EditCommand,
  LinkedView,
  PageCommand,
} from '../../shared/contract/page.ts';
import type { Judgement } from '../../shared/contract/judgements.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { LibraryStatus } from '../../shared/contract/library.ts';
import { HashlensError } from '../../shared/errors.ts';
import { writeFilter } from '../../shared/query/filters.ts';
import type { Ask, Listen } from '../bridge.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import type { SharedHit } from '../../shared/contract/shared-library.ts';
import type { GridView } from '../grid/layout.ts';
import { rowHeights } from '../../shared/contract/preferences.ts';
import { showMenu, type MenuItem, type MenuPlace } from '../menus/menu.ts';
import { fileName } from '../text/format.ts';
import { problemText } from '../../language/problems.ts';
import { Albums, shownAlbum } from './albums.svelte.ts';
import { Comparison } from './comparison.svelte.ts';
import { Describe } from './describe.svelte.ts';
import { Duplicates } from './duplicates.svelte.ts';
import { Edits } from './edits.svelte.ts';
import { Judgements } from './judgements.svelte.ts';
import { Jobs } from './jobs.svelte.ts';
import { Library } from './library.svelte.ts';
import { WindowPreferences } from './preferences.svelte.ts';
import { MissingPhotoList } from './missing.svelte.ts';
import { SearchHistory } from './search-history.svelte.ts';
import { DesktopActions } from './desktop-actions.svelte.ts';
import { TaughtWords } from './known-words.svelte.ts';
import { Ocr } from './ocr.svelte.ts';
import { listOf } from './photo-list.ts';
import { Search } from './search.svelte.ts';
import { examplesOf, type ImageSource, type PhotoSource } from './shown-query.ts';
import { SidecarPlans } from './sidecars.svelte.ts';
import { photoIds, Selection } from './selection.svelte.ts';
import { SharedPages } from './shared.svelte.ts';
import { Suggested } from './suggested.svelte.ts';
import { Suggestions } from './suggestions.svelte.ts';
import { Teaching } from './teaching.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Training } from './training.svelte.ts';
import { UpdateSteps } from './updates.svelte.ts';
import { Viewer } from './viewer.svelte.ts';
import { Visits, type Spot, type ViewName } from './visits.svelte.ts';

/** Delay between a change of the library and the reload. Further changes meanwhile need no reload of their own. */
const changeReloadMs = 300;
/** The same during indexing. A reload of many photos keeps the engine busy, so it is rarer there. */
const progressReloadMs = { few: 2500, many: 10_000 } as const;
const manyPhotos = 20_000;

/** Whether a job may have read photos since its last event. While an index job scans it has no total. */
function mayShowMore({ kind, state, total, result }: Job): boolean {
  if (kind === 'ocr') return state !== 'running';
  return kind === 'index' && result?.isChanged !== false && (state !== 'running' || total > 0);
}

/** Whether results may differ after it: photos have changed, or text in photos was read, even if reading was cancelled. */
function changesResults({ kind, finishedAt, done, result }: Job): boolean {
  if (kind === 'ocr') return finishedAt !== null && done > 0;
  return kind === 'index' && result?.isChanged === true;
}

/** Changes with the searchable content; a person's own words do not repeat the search. */
const contentOf = ({ photos, missing, offlineFolders }: LibraryStatus): string =>
  [photos, missing, offlineFolders].join(' ');

/** Reads and sets the scroll position of the page. */
export interface Scroller {
  spot(): Spot;
  goTo(spot: Spot): Promise<void>;
}

export class AppState {
  readonly #ask: Ask;
  readonly toasts = new Toasts();
  readonly jobs: Jobs;
  readonly library: Library;
  readonly search: Search;
  readonly history: SearchHistory;
  readonly suggestions: Suggestions;
  readonly duplicates: Duplicates;
  readonly training: Training;
  readonly comparison: Comparison;
  readonly viewer: Viewer;
  readonly updates: UpdateSteps;
  readonly selection = new Selection();
  readonly edits: Edits;
  readonly teaching: Teaching;
  readonly describe: Describe;
  readonly judgements: Judgements;
  readonly suggested: Suggested;
  readonly taughtWords: TaughtWords;
  readonly ocr: Ocr;
  readonly sidecars: SidecarPlans;
  readonly desktop: DesktopActions;
  readonly albums: Albums;
  readonly missing: MissingPhotoList;
  readonly shared: SharedPages;
  readonly preferences: WindowPreferences;
  readonly visits: Visits;
  /** The scrolling element; null until it is drawn. */
  scroller: Scroller | null = null;
  /** The photos shown; null where there are none. */
  grid: GridView | null = null;
  /** The person is going to an earlier or later visit, whose position on the page is restored. */
  returning = false;
  #images: readonly ImageSource[] = [];

  view = $state<ViewName>('photos');
  /** Whether the window has no room for a sidebar beside the page. */
  isNarrow = $state(false);
  /** Whether the sidebar covers the page of a narrow window. */
  #coversPage = $state(false);
  shortcutsOpen = $state(false);
  /** Height in pixels of the bar below the photos; 0 without one. */
  footHeight = $state(0);
  /** Puts the cursor into the search box; null until it is drawn. */
  focusSearch: (() => void) | null = null;
  /** Closes the open dialogs; null until the page is drawn. */
  closeDialogs: (() => void) | null = null;
  /** Carries a command out in the text box with the focus; false without one. Null until the page is drawn. */
  editText: ((command: EditCommand) => boolean) | null = null;
  /** Whether the panel with all words of the selected photos is open. */
  describing = $state(false);
  /** Whether a command asks for the box for captions; the box that takes the focus clears it. */
  captionWanted = $state(false);
  /** Whether the settings list the encoders that are not in use. */
  encodersOpen = $state(false);
  health = $state.raw<EngineHealth>({ state: 'starting' });
  /** Result of a check of the library in use; null for a sound one. */
  damage = $state<string | null>(null);
  repairing = $state(false);
  /** Null until the main process has answered. */
  info = $state<AppInfo | null>(null);
  /** Number of loads of the library. A photo that failed to load is tried again with each. */
  loads = $state(0);
  #reload: ReturnType<typeof setTimeout> | undefined;
  #reloadDue = Infinity;
  #healthKnown = false;

  constructor(ask: Ask, listen: Listen) {
    this.#ask = ask;
    const onError = (error: unknown) => this.toasts.error(error);
    this.jobs = new Jobs(ask, onError);
    this.search = new Search(ask);
    this.visits = new Visits(({ view, query }) => view !== 'photos' || this.search.wasLookedAt(query));
    this.edits = new Edits(ask, this.toasts, (photoIds) => {
      void this.viewer.reload();
      this.search.reloadLines(photoIds).catch(onError);
      if (this.view === 'words') void this.taughtWords.load();
    });
    this.library = new Library(ask, this.jobs, this.edits, onError);
    this.history = new SearchHistory(ask, this.edits, onError);
    this.suggestions = new Suggestions(ask, this.history);
    this.duplicates = new Duplicates(ask, this.jobs, onError);
    this.training = new Training(ask, this.jobs, this.edits, onError, () => this.toasts.withdraw('model'));
    this.comparison = new Comparison(ask, this.jobs);
    this.preferences = new WindowPreferences(ask, this.edits, onError);
    this.viewer = new Viewer(ask, this.preferences, onError);
    this.updates = new UpdateSteps(ask, onError);
    this.teaching = new Teaching(ask, this.edits);
    this.judgements = new Judgements(ask, this.edits, this.search, onError);
    this.suggested = new Suggested(ask, this.edits, onError);
    this.taughtWords = new TaughtWords(ask, onError);
    this.describe = new Describe(ask, onError);
    this.ocr = new Ocr(ask, this.jobs, this.edits, onError);
    this.sidecars = new SidecarPlans(ask, this.jobs, onError);
    this.albums = new Albums(ask, this.toasts, this.edits, (album, becomes) => {
      if (shownAlbum(this.search.text) === album.toLowerCase()) this.#showChangedAlbum(album, becomes).catch(onError);
    });
    this.missing = new MissingPhotoList(ask, onError);
    this.shared = new SharedPages(ask, this.jobs, this.toasts, this.edits, (modelId) =>
      this.training.activate(modelId),
    );
    this.desktop = new DesktopActions(
      ask,
      this.toasts,
      this.edits,
      (photoIds) => {
        this.selection.remove(photoIds);
        this.viewer.close();
        this.teaching.leaveOut(photoIds);
        this.describe.leaveOut(photoIds);
        return this.search.leaveOut(
          photoIds,
          this.visits.places.map(({ query }) => query),
        );
      },
      () => void this.preferences.load().catch(onError),
    );
    listen((event) => this.#receive(event));
    this.preferences.load().catch(onError);
    // An event may have arrived before the answer, and is newer.
    ask('app.info', {}).then((info) => {
      this.info = info;
      if (!this.#healthKnown) this.#setHealth(info.health);
    }, onError);
  }

  /** Records the present visit; call when view or search have changed, before the page changes. */
  follow(spot: Spot): void {
    const { query, target, timeline } = this.search;
    const shared = this.view === 'shared' ? this.shared.visit : null;
    this.visits.follow({ view: this.view, shared, query, target, order: timeline.order }, spot);
    const sources = this.visits.places.flatMap((place) => [
      ...examplesOf(place.query).map(({ source }) => source),
      ...(place.shared === null || place.shared.example === null ? [] : [place.shared.example]),
    ]);
    const images = sources.flatMap((source) => (source.kind === 'image' ? [source] : []));
    // Pictures of image queries are kept until no visit uses them.
    for (const image of this.#images) if (!images.includes(image)) URL.revokeObjectURL(image.preview);
    this.#images = [...images];
  }

  /** Goes to the visit before (-1) or after this one, with its results and its position on the page. */
  go = async (step: -1 | 1): Promise<void> => {
    // Back from a photo leads to the page where it was opened.
    if (this.viewer.index !== null) return step === -1 ? this.viewer.close() : undefined;
    const visit = this.scroller === null ? null : this.visits.go(step, this.scroller.spot());
    if (visit === null) return;
    this.suggestions.close();
    this.returning = true;
    try {
      this.view = visit.place.view;
      await this.search.revisit(visit.place);
      if (visit.place.shared !== null) await this.shared.revisit(visit.place.shared);
      await this.scroller?.goTo(visit.spot);
    } finally {
      this.returning = false;
    }
  };

  /** Call before a jump within the page, so that the person can go back. */
  leap(): void {
    if (this.scroller !== null) this.visits.leap(this.scroller.spot());
  }

  /** Saves what waits to be saved: the page ends. */
  leave = (): void => {
    this.preferences.keep();
    this.edits.leave();
  };

  repairLibrary = (): void => {
    this.repairing = true;
    this.damage = null;
    this.#ask('app.repairLibrary', {})
      .catch((error: unknown) => this.toasts.error(error))
      .finally(() => (this.repairing = false));
  };

  /** Makes tiles larger or smaller by a fifth. */
  scaleTiles = (steps: 1 | -1): void => {
    this.setRowHeight(this.rowHeight * 1.2 ** steps);
  };

  /** Target height of a row of photos in pixels. */
  get rowHeight(): number {
    return this.preferences.now.rowHeight;
  }

  setRowHeight = (pixels: number): void => {
    const rowHeight = Math.round(Math.min(rowHeights.most, Math.max(rowHeights.least, pixels)));
    this.preferences.change({ rowHeight });
  };

  /** Whether the lists for browsing are shown: beside the page as the person prefers, over a narrow one only on request. */
  get sidebarOpen(): boolean {
    return this.isNarrow ? this.#coversPage : this.preferences.now.sidebarOpen;
  }

  set sidebarOpen(open: boolean) {
    if (this.isNarrow) this.#coversPage = open;
    else this.preferences.change({ sidebarOpen: open });
  }

  /** Closes the sidebar in a narrow window, where it covers the page; returns whether it did. */
  uncoverPage = (): boolean => {
    if (!this.isNarrow || !this.#coversPage) return false;
    this.#coversPage = false;
    return true;
  };

  /** Marks photos by a key: F toggles the favourite; 0 to 5 set stars. */
  mark = (photoIds: readonly PhotoId[], key: string): void => {
    if (key !== 'f') return void this.edits.rate(photoIds, Number(key));
    void this.edits.words(photoIds).then((words) => {
      if (words !== null) void this.edits.favourite(photoIds, words.favourites < words.photos);
    });
  };

  /** Judges results of the present search as right or wrong; null removes the judgement. */
  judge = (photoIds: readonly PhotoId[], judgement: Judgement | null): void => {
    const { obstacle } = this.judgements;
    if (obstacle !== null) return this.toasts.note(obstacle);
    void this.judgements.give(photoIds, judgement);
    if (judgement === 'no-match') this.selection.remove(photoIds);
  };

  restartEngine = (): void => {
    this.#ask('app.restartEngine', {}).catch((error: unknown) => this.toasts.error(error));
  };

  /** Shows the page of photos, with no dialog over it. */
  showPhotos = (): void => {
    this.#uncover();
    this.view = 'photos';
  };

  /** Closes all that is over the page. */
  clearPage = (): void => {
    this.closeDialogs?.();
    this.#uncover();
  };

  /** Closes viewer, teaching and comparison. */
  #uncover(): void {
    this.viewer.close();
    this.teaching.close();
    this.comparison.close();
  }

  /** Searches for words from any view. */
  searchFor = (text: string): void => {
    this.showPhotos();
    void this.search.words(text);
  };

  showDuplicates = (): void => {
    this.view = 'duplicates';
    void this.duplicates.load();
  };

  showRemoved = (): void => {
    this.view = 'missing';
  };

  showShared = (): void => {
    this.view = 'shared';
  };

  /** Takes a photo as the query for shared libraries, and searches if one is open. */
  findShared = (photoId: PhotoId, path: string | null): void => {
    this.#uncover();
    this.showShared();
    const name = path === null ? m.photo_commands_photo({ id: photoId }) : fileName(path);
    this.shared.text = '';
    this.shared.setExample({ kind: 'photo', photoId, name }).catch((error: unknown) => this.toasts.error(error));
  };

  /** Searches the open shared library by one of its photos. */
  findLikeShared = (hit: SharedHit): Promise<void> =>
    this.#byShared(hit, (source) => {
      this.shared.text = '';
      return this.shared.setExample(source);
    });

  /**
   * Searches this library by a photo of the open shared one. A weight adds it to the present search; null searches by it
   * alone.
   */
  exemplifyShared = (hit: SharedHit, weight: number | null): Promise<void> =>
    this.#byShared(hit, (source) => {
      this.showPhotos();
      return weight === null ? this.search.likeOnly(source) : this.search.addExamples([source], weight);
    });

  /** Searches by the photo itself where it is in this library, or else by its published thumbnail. */
  async #byShared(hit: SharedHit, search: (source: PhotoSource | ImageSource) => Promise<void>): Promise<void> {
    try {
      const name = fileName(hit.path);
      let source: PhotoSource | ImageSource;
      if (hit.photoId !== null) source = { kind: 'photo', photoId: hit.photoId, name };
      else {
        const image = await this.shared.thumbnail(hit);
        if (image === null) return this.toasts.note(m.list_menus_no_thumbnail());
        source = { kind: 'image', image, preview: URL.createObjectURL(new Blob([image])), name };
      }
      this.shared.shownIndex = null;
      await search(source);
    } catch (error) {
      this.toasts.error(error);
    }
  }

  /** Opens one photo from any view. */
  openPhoto = async (photoId: PhotoId): Promise<void> => {
    try {
      const lines = await this.#ask('photos.lines', { photoIds: [photoId] });
      // The dialog would cover the viewer that is open below it.
      if (this.viewer.index !== null) this.teaching.close();
      if (lines.length > 0) return await this.viewer.open(listOf(lines), 0);
      this.toasts.note(m.shared_photo_dialog_gone());
    } catch (error) {
      this.toasts.error(error);
    }
  };

  showLibrary = (): void => {
    this.view = 'library';
  };

  showSettings = (): void => {
    this.view = 'settings';
  };

  showEncoders = (): void => {
    this.view = 'settings';
    this.encodersOpen = true;
  };

  /** Opens all words of photos for editing, with the cursor in the box for captions. */
  writeAbout = (photoIds: readonly PhotoId[]): void => {
    const isCovered = this.teaching.isOpen;
    const [only] = photoIds;
    if (this.viewer.index !== null && !isCovered) this.viewer.showPanel(true);
    else if (this.view === 'photos' && !isCovered) {
      this.selection.add(photoIds);
      this.describing = true;
    } else if (only !== undefined && (this.view !== 'describe' || only !== this.describe.photo?.photoId)) {
      // No selection is shown there.
      void this.openPhoto(only).then(() => {
        this.viewer.showPanel(true);
        this.captionWanted = true;
      });
      return;
    }
    this.captionWanted = true;
  };

  findSimilar = (photoId: PhotoId, path: string | null): void => {
    this.showPhotos();
    void this.search.like(photoId, path === null ? m.photo_commands_photo({ id: photoId }) : fileName(path));
  };

  showMenu = (items: readonly MenuItem[], place: MenuPlace): void => {
    if (items.length === 0) return;
    showMenu(this.#ask, items, place).catch((error: unknown) => this.toasts.error(error));
  };

  showFolder = (folderId: FolderId): void => {
    this.#ask('app.showFolder', { folderId }).catch((error: unknown) => this.toasts.error(error));
  };

  #receive(event: AppEvent): void {
    switch (event.type) {
      case 'job':
        this.jobs.receive(event.job);
        // Show new photos as soon as they are read, because they can be found from then on.
        if (mayShowMore(event.job)) this.#reloadWithin(this.#progressReloadMs());
        if (event.job.kind === 'publish' && event.job.state === 'done') this.shared.published();
        if (changesResults(event.job)) this.search.changes++;
        break;
      case 'epoch':
        this.training.receiveEpoch(event);
        break;
      case 'library':
        this.#reloadWithin(changeReloadMs);
        break;
      case 'notice':
        if (event.notice.code === 'library-damaged') this.damage = problemText(event.notice);
        else if (event.notice.code === 'library-restored') this.toasts.note(problemText(event.notice));
        else this.toasts.error(new HashlensError(event.notice.code, event.notice.message));
        break;
      case 'command':
        this.#run(event.command);
        break;
      case 'show':
        this.#showLinked(event.view);
        break;
      case 'link':
        this.#fillSearch(event.query);
        break;
      case 'full-screen':
        this.viewer.fullScreen = event.on;
        break;
      case 'update':
        this.updates.percent = event.percent;
        break;
      case 'engine':
        this.#healthKnown = true;
        this.#setHealth(event.health);
        break;
    }
  }

  #showLinked(view: LinkedView): void {
    // The outcome of work that prepared a comparison of models is the comparison.
    if (this.view === 'training' && this.comparison.models !== null) return;
    this.clearPage();
    if (view === 'duplicates') this.showDuplicates();
    else this.view = view;
  }

  #run(command: PageCommand): void {
    if (command === 'undo' || command === 'redo' || command === 'selectAll') return this.#edit(command);
    // Settings and the search box are below a dialog.
    if (command === 'settings' || command === 'find') this.closeDialogs?.();
    if (command !== 'rescan') this.viewer.close();
    if (command === 'settings') this.showSettings();
    else if (command === 'shortcuts') this.shortcutsOpen = true;
    else if (command === 'find') this.focusSearch?.();
    else void this.library.scan();
  }

  #edit(command: EditCommand): void {
    if (this.editText?.(command) === true) return;
    if (command === 'selectAll') this.selectAll();
    else void this.edits[command]();
  }

  /** Selects all photos of the page. */
  selectAll(): void {
    const { list, showsTexts } = this.search;
    if (this.view === 'photos' && this.viewer.index === null && !showsTexts)
      this.selection.add(photoIds(list, 0, list.count));
  }

  /** @param becomes its name from now on; null after it was removed */
  #showChangedAlbum(album: string, becomes: string | null): Promise<void> {
    if (becomes === null) return this.search.clear();
    if (becomes === album) return this.search.refresh();
    return this.search.words(writeFilter({ field: 'album', values: [becomes], not: false }));
  }

  /** Words from another program: the search starts when the person presses Enter. */
  #fillSearch(text: string): void {
    this.closeDialogs?.();
    this.viewer.close();
    this.search.fill(text);
    this.focusSearch?.();
  }

  #progressReloadMs(): number {
    return (this.library.status?.photos ?? 0) < manyPhotos ? progressReloadMs.few : progressReloadMs.many;
  }

  /** An earlier reload replaces a planned later one. */
  #reloadWithin(ms: number): void {
    const due = Date.now() + ms;
    if (this.#reloadDue <= due) return;
    clearTimeout(this.#reload);
    this.#reloadDue = due;
    this.#reload = setTimeout(() => {
      this.#reloadDue = Infinity;
      this.#loadAll();
    }, ms);
  }

  /** Repeat every request once the engine runs. */
  #setHealth(health: EngineHealth): void {
    const wasRunning = this.health.state === 'running';
    this.health = health;
    if (health.state === 'running' && !wasRunning) this.#loadAll();
  }

  #loadAll(): void {
    this.loads++;
    void this.history.load();
    if (this.view === 'duplicates') void this.duplicates.load();
    if (this.view === 'missing') void this.missing.load();
    const photos = this.#loadLibrary();
    const parts = [
      this.shared.load(),
      this.jobs.load(),
      this.training.load(),
      this.ocr.load(),
      photos,
      // Counts of all photos take long in a large library: the photos come first.
      photos.catch(() => undefined).then(() => this.albums.load()),
    ];
    for (const part of parts) {
      // The banner reports an engine that has just ended.
      part.catch((error: unknown) => {
        if (this.health.state === 'running') this.toasts.error(error);
      });
    }
  }

  /** Results must not move while the person looks at them: they are marked as stale. The time line is loaded again. */
  async #loadLibrary(): Promise<void> {
    const before = this.library.status;
    await this.library.load();
    const { status } = this.library;
    if (before !== null && status !== null && contentOf(before) !== contentOf(status)) this.search.changes++;
    this.search.model = status?.model ?? null;
    if (this.search.answer === null) await this.search.refresh();
  }
}
