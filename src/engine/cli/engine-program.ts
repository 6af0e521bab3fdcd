// The engine as a process of its own, behind the window.
import { keepCompiled } from '../runtime/compile-cache.ts';

keepCompiled();
await import('./window-engine.ts');
