// Short messages that disappear after a while.
import { toErrorData } from '../../shared/errors.ts';
import { withAdvice } from '../text/remedies.ts';

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly id: number;
  readonly kind: 'error' | 'note';
  readonly message: string;
  /** Offered as a button in the message. */
  readonly action: ToastAction | null;
}

const shownMs = { error: 12_000, note: 5_000 };
/** Time to read a message and to decide. */
const actionMs = 9_000;

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  note(message: string, action: ToastAction | null = null): void {
    this.#show('note', message, action);
  }

  /** Shows an error's message and its remedy. */
  error(error: unknown): void {
    const data = toErrorData(error);
    if (data.code !== 'cancelled') this.#show('error', withAdvice(data));
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #show(kind: Toast['kind'], message: string, action: ToastAction | null = null): void {
    // Show a repeated sentence once, and offer undo only for the last change.
    const id = this.#next++;
    this.list = [
      ...this.list.filter((toast) => toast.message !== message && (action === null || toast.action === null)),
      { id, kind, message, action },
    ].slice(-4);
    setTimeout(() => this.dismiss(id), action === null ? shownMs[kind] : actionMs);
  }
}
