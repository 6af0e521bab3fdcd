// Tells the engine what only Electron knows of the machine: how long nobody has used it, and whether it runs on battery.
import { powerMonitor } from 'electron';
import type { EngineProcess } from './engine-process.ts';

const everyMs = 20_000;

/** Call when the application is ready. */
export function reportMachineState(engine: EngineProcess): void {
  const report = (): void => {
    const machine = { idleSeconds: powerMonitor.getSystemIdleTime(), onBattery: powerMonitor.isOnBatteryPower() };
    // An engine that has just ended is told by the next report.
    engine.request('jobs.machine', machine).catch(() => undefined);
  };
  setInterval(report, everyMs).unref();
  powerMonitor.on('on-ac', report);
  powerMonitor.on('on-battery', report);
  report();
}
