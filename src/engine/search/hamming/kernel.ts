// The scan's inner part: WebAssembly, or JavaScript where that is missing or measured to be slower on this machine.
import { readFileSync } from 'node:fs';
import { CodeTable } from './code-table.ts';
import { JsKernel } from './js-kernel.ts';
import type { SharedMemory } from './memory.ts';
import type { ScanKernel, ScanKernelName } from './scan-kernel.ts';
import { beginQuery, entryCapacity, workspaceBytes } from './workspace.ts';

let compiled: WebAssembly.Module | null | undefined;

/** kernel.wasm, compiled once; null where WebAssembly is missing. */
function wasmModule(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  if (typeof WebAssembly === 'undefined') return (compiled = null);
  return (compiled = new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url))));
}

/** @param memory the table's; both kernels leave the same results in it */
export function openKernel(name: ScanKernelName, memory: SharedMemory): ScanKernel {
  const module = name === 'wasm' ? wasmModule() : null;
  if (module === null || !(memory instanceof WebAssembly.Memory)) return new JsKernel(memory);
  const { exports } = new WebAssembly.Instance(module, { index: { memory } });
  const scan = exports['scan'] as ScanKernel['scan'];
  const finish = exports['finish'] as ScanKernel['finish'];
  return { name: 'wasm', scan, finish };
}

let fastest: ScanKernelName | undefined;

/** Measured once, on first use, which also lets V8 compile the kernel before a person waits for it. */
export function fastestKernel(): ScanKernelName {
  if (fastest !== undefined) return fastest;
  if (wasmModule() === null) return (fastest = 'js');
  const rows = 16_384;
  const codes = new Uint8Array(16 * rows).map((_, i) => Math.imul(i, 0x9e3779b1) >>> 11);
  const table = new CodeTable(16);
  table.put({ ids: Int32Array.from({ length: rows }, (_, i) => i), codes });
  const best = { wasm: Infinity, js: Infinity };
  for (const name of ['js', 'wasm'] as const) {
    const kernel = openKernel(name, table.memory);
    for (let run = 0; run < 8; run++) {
      const started = performance.now();
      const work = table.workspaces(workspaceBytes(10, entryCapacity(10, rows)));
      beginQuery(table.memory.buffer, work, codes.subarray(run * 16, run * 16 + 16), 10, entryCapacity(10, rows));
      kernel.scan(work, 0, rows / 64, table.layout.occupied, table.layout.live, 0);
      best[name] = Math.min(best[name], performance.now() - started);
    }
  }
  return (fastest = best.wasm <= best.js ? 'wasm' : 'js');
}
