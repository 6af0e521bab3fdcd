// Program that watches folders and prints, as lines of JSON, what it is told.
import { FolderWatch } from '../../../src/engine/library/watch/folder-watch.ts';

const tell = (line: object): void => console.log(JSON.stringify(line));
const watch = new FolderWatch({
  ignore: [],
  times: { restMs: 200 },
  onUnwatched: (unwatched) => tell({ unwatched }),
  onChange: (changes) => {
    for (const changed of changes.keys()) tell({ changed });
    return Promise.resolve();
  },
});
watch.watch(process.argv.slice(2));
process.stdin.on('end', () => watch.close()).resume();
