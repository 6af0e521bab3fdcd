// Questions of the window before it connects to a server or publishes there. The page can do neither without the person's answer.
import { dialog } from 'electron';
import { m } from '../language/language.ts';
import type { Job } from '../shared/contract/jobs.ts';
import type { Params, Result } from '../shared/contract/engine.ts';
import type { EngineProcess } from './engine-process.ts';
import { frontWindow } from './window.ts';

type Asks = Pick<EngineProcess, 'request'>;

/** Largest number of folders in a question. */
const mostFolders = 12;

async function agrees(message: string, detail: string, yes: string): Promise<boolean> {
  const options: Electron.MessageBoxOptions = {
    type: 'question',
    title: 'Hashlens',
    message,
    detail,
    buttons: [yes, m.common_cancel()],
    defaultId: 0,
    cancelId: 1,
  };
  const parent = frontWindow();
  const { response } = await (parent === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(parent, options));
  return response === 0;
}

/** Null if the person declined. */
export async function addConnection(
  engine: Asks,
  wanted: Params<'connections.add'>,
): Promise<Result<'connections.add'> | null> {
  const { server } = await engine.request('connections.describe', { url: wanted.url });
  const isWanted = await agrees(
    m.shared_desktop_connect({ server }),
    m.shared_desktop_connect_detail(),
    m.shared_desktop_connect_yes(),
  );
  return isWanted ? engine.request('connections.add', wanted) : null;
}

/** Asks before the first publication of this library or of a folder. Null if the person declined. */
export async function publishAsked(engine: Asks, wanted: Params<'connections.publish'>): Promise<Job | null> {
  const plan = await engine.request('connections.plan', wanted);
  const added = plan.folders.filter(({ isNew }) => isNew);
  if (added.length > 0) {
    const paths = added.slice(0, mostFolders).map(({ path }) => path);
    const photos = added.reduce((sum, folder) => sum + folder.photos, 0);
    const isWanted = await agrees(
      m.shared_desktop_publish({ count: photos, name: plan.name, server: plan.server }),
      [
        ...paths,
        ...(added.length > mostFolders ? [m.shared_desktop_more({ count: added.length - mostFolders })] : []),
        '',
        wanted.thumbnails ? m.shared_desktop_leaves_thumbnails() : m.shared_desktop_leaves(),
      ].join('\n'),
      m.shared_desktop_publish_yes(),
    );
    if (!isWanted) return null;
  }
  return engine.request('connections.publish', wanted);
}
