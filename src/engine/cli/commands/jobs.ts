// `hashlens jobs`: long work of the library, in any process.
import { Option, type Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { JobId } from '../../../shared/contract/ids.ts';
import { workSpeeds, type Job, type WorkSpeed } from '../../../shared/contract/jobs.ts';
import { print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption } from './options.ts';

export function jobsCommand(program: Command): void {
  const jobs = program.command('jobs').description('long work of the library: indexing, training, downloads');
  jobs
    .command('list')
    .description('running, waiting and paused jobs, and the last finished ones')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const list = await engine.api['jobs.list']({});
        if (options.json) return printJson(list);
        if (list.length === 0) return print('There are no jobs.');
        printTable(
          ['job', 'kind', 'state', 'done', 'started', 'what'],
          list.map((job) => [job.id, job.kind, job.state, share(job), timeText(job.createdAt), outcomeText(job)]),
        );
      });
    });
  jobs
    .command('cancel')
    .description('end a job for good; indexed photos stay, an unfinished training is discarded')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { jobId } = parseJobId(id);
        await engine.api['jobs.cancel']({ jobId });
        // Another process may be running it and take a moment to stop.
        const { state } = await engine.finished(jobId);
        if (options.json) return printJson({ job: jobId, state });
        print(state === 'cancelled' ? `Job ${id} was cancelled.` : `Job ${id} had already ended (${state}).`);
      });
    });
  jobs
    .command('pause')
    .description('stop a job so that it can be resumed')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { jobId } = parseJobId(id);
        await engine.api['jobs.pause']({ jobId });
        const { state } = await engine.finished(jobId);
        if (options.json) return printJson({ job: jobId, state });
        print(state === 'paused' ? `Job ${id} is paused.` : `Job ${id} had already ended (${state}).`);
      });
    });
  jobs
    .command('resume')
    .description('resume a paused or interrupted job, here, to its end')
    .argument('<id>')
    .addOption(jsonOption())
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine, finish }) => {
        const { jobId } = parseJobId(id);
        const { state } = await finish(await engine.api['jobs.resume']({ jobId }));
        if (options.json) return printJson({ job: jobId, state });
        print(`Job ${id} is done.`);
      });
    });
  settingsCommand(jobs);
}

const onOff = (value: string): boolean => value === 'on';

const speeds: Readonly<Record<WorkSpeed, string>> = {
  'leave-one': 'one core is left to you',
  'full-when-away': 'all cores while you are away or on mains power, else all but one',
  full: 'always all cores',
};

function settingsCommand(jobs: Command): void {
  jobs
    .command('settings')
    .description('show or set when the window and serve work automatically')
    .addOption(new Option('--only-when-idle <on|off>', 'only while nobody uses the computer').choices(['on', 'off']))
    .addOption(new Option('--only-on-power <on|off>', 'only with mains power').choices(['on', 'off']))
    .addOption(
      new Option(
        '--speed <speed>',
        'leave one core to you, use all while you are away or on mains power, or always all',
      ).choices(workSpeeds),
    )
    .option('--threads <n|auto>', 'most threads; auto for as many as the speed allows')
    .addOption(jsonOption())
    .action(
      async (
        given: { onlyWhenIdle?: string; onlyOnPower?: string; speed?: WorkSpeed; threads?: string; json?: true },
        command: Command,
      ) => {
        await withEngine(command, async ({ engine }) => {
          const { onlyWhenIdle, onlyOnPower, speed, threads } = given;
          const params = engineRequests['jobs.settings'].params.safeParse({
            ...(onlyWhenIdle !== undefined && { onlyWhenIdle: onOff(onlyWhenIdle) }),
            ...(onlyOnPower !== undefined && { onlyOnPower: onOff(onlyOnPower) }),
            ...(speed !== undefined && { speed }),
            ...(threads !== undefined && { threads: threads === 'auto' ? null : Number(threads) }),
          });
          if (!params.success) {
            throw new HashlensError('bad-argument', `--threads ${threads} is neither a number from 1 to 256 nor auto.`);
          }
          const settings = await engine.api['jobs.settings'](params.data);
          if (given.json) return printJson(settings);
          print(`Only while nobody uses the computer: ${settings.onlyWhenIdle ? 'on' : 'off'}`);
          print(`Only with mains power: ${settings.onlyOnPower ? 'on' : 'off'}`);
          print(`Speed: ${speeds[settings.speed]}`);
          if (settings.threads !== null) print(`Threads: ${settings.threads} at most`);
          print(`Threads now: ${settings.threadsNow} of ${settings.coreCount}`);
        });
      },
    );
}

function parseJobId(id: string): { jobId: JobId } {
  const parsed = engineRequests['jobs.cancel'].params.safeParse({ jobId: Number(id) });
  if (parsed.success) return parsed.data;
  throw new HashlensError('not-found', `There is no job ${id}; see \`hashlens jobs list\`.`);
}

const share = ({ done, total }: Job): string => (total === 0 ? '-' : `${Math.floor((100 * done) / total)}%`);
const timeText = (time: number): string => new Date(time).toLocaleString();
const outcomeText = ({ error, message, modelId }: Job): string =>
  error?.message ?? [message, modelId].filter((part) => part !== null && part !== '').join(', ');
