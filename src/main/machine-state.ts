// Sends the engine the machine's state that only Electron knows: idle time, and whether it runs on battery.
import { powerMonitor } from 'electron';
import type { EngineProcess } from './engine-process.ts';

const everyMs = 20_000;

/** Call when the application is ready. */
export function reportMachineState(engine: EngineProcess): void {
  const report = (): void => {
    const machine = { idleSeconds: powerMonitor.getSystemIdleTime(), onBattery: powerMonitor.isOnBatteryPower() };
    // The next report informs an engine that has just restarted.
    engine.request('jobs.machine', machine).catch(() => undefined);
  };
  setInterval(report, everyMs).unref();
  powerMonitor.on('on-ac', report);
  powerMonitor.on('on-battery', report);
  report();
}
