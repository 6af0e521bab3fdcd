// Context menus of searches: saved and recent ones, and the chips of the present one.
import { m } from '../../language/language.ts';
import type { SavedSearch } from '../../shared/contract/search.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { Example } from '../state/shown-query.ts';
import type { Suggestion } from '../state/suggestions.svelte.ts';
import type { MenuItem } from './menu.ts';

/** @param removal differs in the list under the search box, where Delete removes a letter */
export function savedMenu(
  app: AppState,
  saved: Pick<SavedSearch, 'name' | 'text'>,
  show: () => void,
  removal = { shortcut: 'Delete', run: () => void app.history.remove(saved) },
): readonly MenuItem[] {
  const { albums, history } = app;
  const rename = (): void =>
    albums.askName(m.sidebar_rename_saved(), saved.name, (name) => void history.rename(saved, name));
  return [
    { label: m.sidebar_show_saved(), shortcut: 'Enter', run: show },
    { label: m.sidebar_rename(), shortcut: 'F2', run: rename },
    'line',
    { label: m.sidebar_remove_saved(), ...removal },
  ];
}

/** Menu of a suggestion that is a saved or a recent search, in the list under the search box; empty for other ones. */
export function pastSearchMenu(
  app: AppState,
  suggestion: Suggestion,
  accept: (suggestion: Suggestion) => void,
): readonly MenuItem[] {
  const show = (): void => accept(suggestion);
  if (suggestion.kind !== 'saved' && suggestion.kind !== 'recent') return [];
  const removal = { shortcut: 'Shift+Delete', run: () => void app.suggestions.remove(suggestion) };
  if (suggestion.kind === 'saved') return savedMenu(app, suggestion, show, removal);
  return [
    { label: m.sidebar_show_saved(), shortcut: 'Enter', run: show },
    { label: m.search_menus_save(), shortcut: 'CmdOrCtrl+S', run: () => void app.suggestions.save(suggestion) },
    'line',
    { label: m.search_menus_forget(), ...removal },
  ];
}

/** A search whose results were judged. @param remove removes the judgements */
export function judgedMenu(app: AppState, query: string, remove: () => void): readonly MenuItem[] {
  const { history } = app;
  return [
    { label: m.sidebar_show_saved(), shortcut: 'Enter', run: () => app.searchFor(query) },
    {
      label: m.search_menus_save(),
      shortcut: 'CmdOrCtrl+S',
      enabled: history.savedAs(query) === undefined,
      run: () => void history.toggle(query),
    },
    { label: m.list_menus_copy_text(), shortcut: 'CmdOrCtrl+C', run: () => app.desktop.copyText(query) },
    'line',
    { label: m.judged_results_remove_all(), shortcut: 'Delete', run: remove },
  ];
}

/** A part of the present search, and what can be done with it. */
export interface ChipCommands {
  readonly isAgainst: boolean;
  /** Searches for it alone. */
  readonly alone: () => void;
  /** Searches against it instead of for it, or the other way round; null if it can be neither. */
  readonly reverse: (() => void) | null;
  readonly remove: () => void;
  /** Opens its photo; absent for what is none. */
  readonly open?: () => void;
}

export function chipMenu({ isAgainst, alone, reverse, remove, open }: ChipCommands): readonly MenuItem[] {
  return [
    ...(open === undefined ? [] : [{ label: m.list_menus_open_photo(), shortcut: 'O', run: open }]),
    { label: m.search_menus_alone(), shortcut: 'S', run: alone },
    {
      label: isAgainst ? m.search_menus_for() : m.search_menus_against(),
      shortcut: '-',
      enabled: reverse !== null,
      run: () => reverse?.(),
    },
    'line',
    { label: m.search_menus_remove(), shortcut: 'Delete', run: remove },
  ];
}

/** A photo or an image of the present search. */
export function exampleMenu(app: AppState, { source, weight }: Example, index: number): readonly MenuItem[] {
  const { search } = app;
  return chipMenu({
    isAgainst: weight < 0,
    alone: () => void search.likeOnly(source),
    reverse: () => void search.weighExample(index, -weight),
    remove: () => void search.weighExample(index, 0),
    ...(source.kind === 'photo' ? { open: () => void app.openPhoto(source.photoId) } : {}),
  });
}
