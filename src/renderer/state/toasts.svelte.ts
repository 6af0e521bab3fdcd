// Short messages that come up, can be read, and go away.
import { toErrorData } from '../../shared/errors.ts';

export interface Toast {
  readonly id: number;
  readonly kind: 'error' | 'note';
  readonly message: string;
}

const shownMs = { error: 12_000, note: 5_000 };

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  note(message: string): void {
    this.#show('note', message);
  }

  /** Says what went wrong in the words of whoever threw it. */
  error(error: unknown): void {
    const { code, message } = toErrorData(error);
    if (code !== 'cancelled') this.#show('error', message);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #show(kind: Toast['kind'], message: string): void {
    // The same sentence twice is one message.
    const id = this.#next++;
    this.list = [...this.list.filter((toast) => toast.message !== message), { id, kind, message }].slice(-4);
    setTimeout(() => this.dismiss(id), shownMs[kind]);
  }
}
