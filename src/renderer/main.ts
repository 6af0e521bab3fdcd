// Starts the page: one state, one tree of components.
import 'uplot/dist/uPlot.min.css';
import { mount } from 'svelte';
import './app.css';
import { setLanguage } from '../language/language.ts';
import App from './App.svelte';
import { ask } from './bridge.ts';
import { AppState } from './state/app.svelte.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
setLanguage(await ask('app.language', {}));
mount(App, { target, props: { app: new AppState(ask, (listener) => window.hashlens.onEvent(listener)) } });
