// Questions of the window before it connects to a server or publishes there. The page can do neither without the person's answer.
import { m } from '../language/language.ts';
import type { Job } from '../shared/contract/jobs.ts';
import type { Params, Result } from '../shared/contract/engine.ts';
import type { EngineProcess } from './engine-process.ts';
import { agrees } from './question.ts';

type Asks = Pick<EngineProcess, 'request'>;

/** Largest number of folders in a question. */
const mostFolders = 12;

/** Null if the person declined. */
export async function addConnection(
  engine: Asks,
  wanted: Params<'connections.add'>,
): Promise<Result<'connections.add'> | null> {
  const { server } = await engine.request('connections.describe', { url: wanted.url });
  const isWanted = await agrees({
    message: m.shared_desktop_connect({ server }),
    detail: m.shared_desktop_connect_detail(),
    yes: m.shared_desktop_connect_yes(),
    no: m.common_cancel(),
  });
  return isWanted ? engine.request('connections.add', wanted) : null;
}

/** Asks before the first publication of this library or of a folder. Null if the person declined. */
export async function publishAsked(engine: Asks, wanted: Params<'connections.publish'>): Promise<Job | null> {
  const plan = await engine.request('connections.plan', wanted);
  const added = plan.folders.filter(({ isNew }) => isNew);
  if (added.length > 0) {
    const paths = added.slice(0, mostFolders).map(({ path }) => path);
    const photos = added.reduce((sum, folder) => sum + folder.photos, 0);
    const isWanted = await agrees({
      message: m.shared_desktop_publish({ count: photos, name: plan.name, server: plan.server }),
      detail: [
        ...paths,
        ...(added.length > mostFolders ? [m.shared_desktop_more({ count: added.length - mostFolders })] : []),
        '',
        wanted.thumbnails ? m.shared_desktop_leaves_thumbnails() : m.shared_desktop_leaves(),
      ].join('\n'),
      yes: m.shared_desktop_publish_yes(),
      no: m.common_cancel(),
    });
    if (!isWanted) return null;
  }
  return engine.request('connections.publish', wanted);
}
