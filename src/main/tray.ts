// Icon in the tray. With it, Hashlens keeps running when its window is closed: folders are watched, long work is finished.
import { Menu, nativeImage, Tray } from 'electron';
import { m } from '../language/language.ts';

/** Height of a tray's icon in most systems, in pixels. */
const iconHeight = 22;

export interface TrayActions {
  readonly open: () => void;
  readonly quit: () => void;
}

export class TrayIcon {
  readonly #icon: string;
  readonly #actions: TrayActions;
  #tray: Tray | null = null;

  /** @param icon path of a picture */
  constructor(icon: string, actions: TrayActions) {
    this.#icon = icon;
    this.#actions = actions;
  }

  get isShown(): boolean {
    return this.#tray !== null;
  }

  /** Shows or removes the icon. Electron must be ready. */
  show(wanted: boolean): void {
    if (wanted === this.isShown) return;
    if (!wanted) {
      this.#tray?.destroy();
      this.#tray = null;
      return;
    }
    const tray = new Tray(nativeImage.createFromPath(this.#icon).resize({ height: iconHeight }));
    tray.setToolTip('Hashlens');
    tray.on('click', this.#actions.open);
    this.#tray = tray;
    this.name();
  }

  /** Writes the menu in the present language. */
  name(): void {
    this.#tray?.setContextMenu(
      Menu.buildFromTemplate([
        { label: m.tray_open(), click: this.#actions.open },
        { type: 'separator' },
        { label: m.tray_quit(), click: this.#actions.quit },
      ]),
    );
  }
}
