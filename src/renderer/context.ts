// Gives components access to the app's state without passing it through each of them.
import { createContext } from 'svelte';
import type { AppState } from './state/app.svelte.ts';

export const [useApp, provideApp] = createContext<AppState>();
