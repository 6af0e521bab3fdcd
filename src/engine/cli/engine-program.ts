// The engine as a separate process, behind the window.
import { enableCompileCache } from '../runtime/compile-cache.ts';

enableCompileCache();
await import('./window-engine.ts');
