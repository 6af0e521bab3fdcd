// Features of Electron that the simulated browser of the component specs lacks.

/** Popovers: the attribute `data-open` stores whether one is open. */
Object.assign(HTMLElement.prototype, {
  showPopover(this: HTMLElement) {
    this.dataset['open'] = '';
  },
  hidePopover(this: HTMLElement) {
    delete this.dataset['open'];
  },
});

/** A canvas that takes every drawing command and draws nothing. */
const context = new Proxy(
  {},
  { get: (_, name) => (name === 'measureText' ? () => ({ width: 10 }) : () => undefined), set: () => true },
);
Object.assign(HTMLCanvasElement.prototype, { getContext: () => context });
Object.assign(globalThis, {
  Path2D: class {
    constructor() {
      return new Proxy({}, { get: () => () => undefined });
    }
  },
});

/** Svelte asks a select element for its checked option, which the simulated browser finds among input elements only. */
Object.assign(HTMLSelectElement.prototype, {
  querySelector(this: HTMLSelectElement, selector: string) {
    return selector === ':checked' ? (this.selectedOptions[0] ?? null) : (this.querySelectorAll(selector)[0] ?? null);
  },
});
