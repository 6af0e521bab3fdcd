// Checks the machine, the library and the models; reports what works, what does not, and the remedy.
import { access, constants, statfs } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import sharp from 'sharp';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import type { Check, OptionalPart } from '../../shared/contract/library.ts';
import { listDevices, selfTest, type Device } from '../compute/devices/devices.ts';
import type { ActiveModels } from '../models/active-models.ts';
import type { Store } from '../store/database.ts';
import { schemaVersion } from '../store/migrations.ts';

interface LibraryInUse {
  readonly store: Store;
  readonly active: ActiveModels;
  readonly libraryDir: string;
}

export async function doctor({ store, active, libraryDir }: LibraryInUse): Promise<Check[]> {
  const processor = cpus()[0]?.model.trim() ?? process.arch;
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return [
    {
      name: 'Machine',
      state: 'ok',
      detail: `${processor}, ${cpus().length} cores, ${memory} GiB memory, ${process.platform}`,
    },
    node(),
    await check('Library folder', async () => {
      await access(libraryDir, constants.R_OK | constants.W_OK);
      const { bavail, bsize } = await statfs(libraryDir);
      return `${libraryDir}, ${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB free`;
    }),
    await check('Database', async () => {
      const fault = store.quickCheck();
      if (fault !== null) {
        throw new HashlensError('unreadable', `${store.file} is damaged (${fault}); restore it from a backup.`);
      }
      return `${store.file}, schema ${schemaVersion}, SQLite ${store.sqliteVersion()}`;
    }),
    await check('Decoder', async () => {
      const { info } = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
        .webp()
        .toBuffer({ resolveWithObject: true });
      return `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, ${info.format} self-test passed`;
    }),
    await check('Encoder', async () => {
      const { info } = await active.encoder();
      const { name, id, imageWidth, textWidth, sharedWidth } = info;
      const device = active.encoders().find((one) => one.id === id)?.device ?? 'cpu';
      return `${name} (${id}): image ${imageWidth}, text ${textWidth}, shared ${sharedWidth}, on the device ${device}`;
    }),
    ...encoderDevices(active),
    await check('Hash model', async () => {
      const { id, model } = await active.model();
      return `${id}: ${model.manifest.method}, ${model.bits} bits, checksums match`;
    }),
    ...active.notices().map(({ code, message }): Check => ({ name: 'Chosen', state: 'error', detail: message, code })),
    ...(await computeDevices()),
  ];
}

function node(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24
    ? { name: 'Node', state: 'ok', detail: `${process.version}` }
    : {
        name: 'Node',
        state: 'error',
        detail: `${process.version} is too old; Hashlens needs Node 24 or later.`,
      };
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, state: 'ok', detail: await look() };
  } catch (error) {
    const { code, message } = toErrorData(error);
    return { name, state: 'error', detail: message, code };
  }
}

const isOptional = (device: Device): device is OptionalPart => device === 'cuda' || device === 'tensorflow';

/** A line for each device the encoder in use was measured on. */
function encoderDevices(active: ActiveModels): Check[] {
  const encoder = active.encoders().find((one) => one.active);
  return (encoder?.measurements ?? []).map(({ device, passed, detail, imageMs, textMs }) => ({
    name: `Encoder on ${device}`,
    state: passed ? 'ok' : device === encoder?.device ? 'error' : 'warning',
    detail:
      passed && imageMs !== null && textMs !== null
        ? `${imageMs.toFixed(1)} ms a photo, ${textMs.toFixed(1)} ms a text; ${detail}`
        : `not usable: ${detail}`,
  }));
}

/** A line for each device: its runtime, and whether it computes a known training step correctly. */
async function computeDevices(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { device, runtime, installed } of listDevices()) {
    if (!installed) {
      // No other device can be added to this platform's package.
      if (isOptional(device)) {
        const detail = 'not installed; training works without it';
        checks.push({ name: `Device ${device}`, state: 'ok', detail, notInstalled: device });
      }
      continue;
    }
    const { passed, detail, ms, cpuMs } = await selfTest(device, 'timed');
    const works =
      ms === null || cpuMs === null
        ? `${runtime}, losses as expected`
        : `${runtime}, losses as expected, ${ms.toFixed(0)} ms a step where the CPU takes ${cpuMs.toFixed(0)}`;
    checks.push({
      name: `Device ${device}`,
      // A GPU is optional; the CPU is not.
      state: passed ? 'ok' : device === 'cpu' ? 'error' : 'warning',
      detail: passed ? works : `${runtime}: not usable: ${detail}`,
    });
  }
  return checks;
}
