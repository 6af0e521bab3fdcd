// State of the dialog that writes the library's words to sidecars: the photos, and the data to write.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { SidecarPlan, SidecarScope } from '../../shared/contract/metadata.ts';
import { mostFiles } from '../../shared/contract/photos.ts';
import type { Ask } from '../bridge.ts';
import { atMost } from './at-most.ts';
import type { Jobs } from './jobs.svelte.ts';

export class SidecarPlans {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #onError: (error: unknown) => void;

  /** Photos that are asked for; null while the dialog is closed. */
  scope = $state.raw<SidecarScope | null>(null);
  /** Photos that were selected when the dialog was opened. */
  selected = $state.raw<readonly PhotoId[]>([]);
  /** Null until it is known. */
  plan = $state.raw<SidecarPlan | null>(null);

  constructor(ask: Ask, jobs: Jobs, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#jobs = jobs;
    this.#onError = onError;
  }

  /** Opens the dialog. @param selected photos that are written alone unless the person chooses others */
  open(scope: SidecarScope, selected: readonly PhotoId[] = []): void {
    this.selected = selected;
    void this.choose(scope);
  }

  async choose(scope: SidecarScope): Promise<void> {
    this.scope = scope;
    this.plan = null;
    try {
      if (scope.of === 'photos') atMost(mostFiles, scope.photoIds);
      const plan = await this.#ask('metadata.plan', { scope });
      // Another choice may have been made meanwhile.
      if (this.scope === scope) this.plan = plan;
    } catch (error) {
      if (this.scope !== scope) return;
      this.close();
      this.#onError(error);
    }
  }

  close = (): void => {
    this.scope = null;
  };

  async write(replace: boolean): Promise<void> {
    const { scope } = this;
    this.close();
    if (scope === null) return;
    try {
      this.#jobs.receive(await this.#ask('metadata.writeKnown', { scope, replace }));
    } catch (error) {
      this.#onError(error);
    }
  }
}
