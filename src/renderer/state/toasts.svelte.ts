// Short messages that disappear after a while.
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

  /** Shows an error with its own message. */
  error(error: unknown): void {
    const { code, message } = toErrorData(error);
    if (code !== 'cancelled') this.#show('error', message);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #show(kind: Toast['kind'], message: string): void {
    // Show the same sentence once.
    const id = this.#next++;
    this.list = [...this.list.filter((toast) => toast.message !== message), { id, kind, message }].slice(-4);
    setTimeout(() => this.dismiss(id), shownMs[kind]);
  }
}
