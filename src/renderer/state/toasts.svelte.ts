// Short messages that disappear after a while.
import { toErrorData, type ErrorCode } from '../../shared/errors.ts';
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
  /** Code of the error, from which its remedy follows. */
  readonly code: ErrorCode | null;
  /** Subject of the message, if a later one about it takes its place. */
  readonly topic: Topic | null;
}

type Topic = 'model';

const shownMs = { error: 12_000, note: 5_000 };
/** Time to read a message and to decide. */
const actionMs = 9_000;

/** More messages at once would cover the photo below them. */
const mostShown = 2;

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  note(message: string, action: ToastAction | null = null): void {
    this.#show('note', message, { action });
  }

  /** Shows a message in place of an earlier one about the same. */
  replace(topic: Topic, message: string): void {
    this.#show('note', message, { topic });
  }

  /** Removes messages that are no longer true. */
  withdraw(topic: Topic): void {
    this.list = this.list.filter((toast) => toast.topic !== topic);
  }

  /** Shows an error's message and its remedy. */
  error(error: unknown): void {
    const data = toErrorData(error);
    if (data.code !== 'cancelled') this.#show('error', withAdvice(data), { code: data.code });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #show(
    kind: Toast['kind'],
    message: string,
    { action = null, topic = null, code = null }: Partial<Pick<Toast, 'action' | 'topic' | 'code'>>,
  ): void {
    // Show a repeated sentence once, offer undo only for the last change, and contradict no earlier message.
    const id = this.#next++;
    const stays = (toast: Toast): boolean =>
      toast.message !== message &&
      (action === null || toast.action === null) &&
      (topic === null || toast.topic !== topic);
    this.list = [...this.list.filter(stays), { id, kind, message, action, code, topic }].slice(-mostShown);
    setTimeout(() => this.dismiss(id), action === null ? shownMs[kind] : actionMs);
  }
}
