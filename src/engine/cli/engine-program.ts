// The engine as a process of its own, behind the window.
import { enableCompileCache } from '../runtime/compile-cache.ts';

enableCompileCache();
await import('./window-engine.ts');
