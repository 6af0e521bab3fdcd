// Events to the pages. Messages to the person, links and pages to show wait until a page listens; a page requests any other state itself.
import type { AppEvent } from '../shared/contract/page.ts';

/** The page shows no more notices at once. */
const mostWaiting = 4;

export class PageEvents<Page extends object> {
  readonly #pages: () => readonly Page[];
  readonly #deliver: (page: Page, event: AppEvent) => void;
  readonly #listening = new WeakSet<Page>();
  #waiting: readonly AppEvent[] = [];

  constructor(pages: () => readonly Page[], deliver: (page: Page, event: AppEvent) => void) {
    this.#pages = pages;
    this.#deliver = deliver;
  }

  send(event: AppEvent): void {
    const pages = this.#pages();
    const mayWait = event.type === 'notice' || event.type === 'link' || event.type === 'show';
    if (mayWait && !pages.some((page) => this.#listening.has(page))) this.#keep(event);
    else for (const page of pages) this.#deliver(page, event);
  }

  /** Keeps the latest notices and each link. */
  #keep(event: AppEvent): void {
    const waiting = [...this.#waiting, event];
    this.#waiting = waiting.filter(({ type }, i) => type === 'link' || i >= waiting.length - mostWaiting);
  }

  /** A page listens from now on, and gets what has waited. */
  listens(page: Page): void {
    this.#listening.add(page);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#deliver(page, event);
  }

  /** A page is loaded again, or its process has died. */
  left(page: Page): void {
    this.#listening.delete(page);
  }
}
