// Options of trainings that the person has stored under a name.
import { z } from 'zod';
import { trainingPreset, usualPresets, type TrainingPreset } from '../../shared/contract/training.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { SettingsStore } from '../store/settings.ts';
import { fromJson } from '../store/stored-json.ts';

/** Largest number of presets. */
const mostPresets = 100;

export class TrainingPresets {
  readonly #settings: SettingsStore;

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  /** Presets, sorted by name. */
  list(): readonly TrainingPreset[] {
    return fromJson(z.array(trainingPreset), this.#settings.get('training-presets')) ?? [];
  }

  /** Replaces a preset of the same name. @throws HashlensError `bad-argument` for the name of a usual preset, and for too many */
  save(preset: TrainingPreset): readonly TrainingPreset[] {
    if (Object.hasOwn(usualPresets, preset.name)) {
      throw new HashlensError(
        'bad-argument',
        `${preset.name} is a preset that every library has; choose another name.`,
      );
    }
    const others = this.list().filter(({ name }) => name !== preset.name);
    if (others.length >= mostPresets) {
      throw new HashlensError('bad-argument', `There are ${mostPresets} presets already; remove one first.`);
    }
    return this.#set([...others, preset].sort((a, b) => a.name.localeCompare(b.name)));
  }

  /** @throws HashlensError `not-found` for an unknown name */
  remove(name: string): readonly TrainingPreset[] {
    const list = this.list();
    const rest = list.filter((preset) => preset.name !== name);
    if (rest.length === list.length) throw new HashlensError('not-found', `There is no preset ${name}.`);
    return this.#set(rest);
  }

  #set(list: readonly TrainingPreset[]): readonly TrainingPreset[] {
    this.#settings.set('training-presets', JSON.stringify(list));
    return list;
  }
}
