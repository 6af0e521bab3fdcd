// All hashing methods. To add one, write its file and put it in the list.
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import type { CommonSetting, MethodSummary } from '../../../shared/contract/training.ts';
import { agch } from './agch.ts';
import { batch } from './batch.ts';
import { dadh } from './dadh.ts';
import { dch } from './dch.ts';
import { dgcpn } from './dgcpn.ts';
import { djsrh } from './djsrh.ts';
import { dlfh } from './dlfh.ts';
import { dsah } from './dsah.ts';
import { fomh } from './fomh.ts';
import { hmah } from './hmah.ts';
import { jdsh } from './jdsh.ts';
import { lemon } from './lemon.ts';
import { mtfh } from './mtfh.ts';
import { cirh } from './cirh.ts';
import { cmfh } from './cmfh.ts';
import { cvh } from './cvh.ts';
import { cvhTables } from './cvh-tables.ts';
import { fsh } from './fsh.ts';
import { imh } from './imh.ts';
import { itq } from './itq.ts';
import { lssh } from './lssh.ts';
import type { HashMethod, Learner, Setup } from './method.ts';
import { rfdh } from './rfdh.ts';
import { rotation } from './rotation.ts';
import { describeSettings } from './described-settings.ts';
import { twoTower } from './two-tower.ts';
import { ugach } from './ugach.ts';
import { ucch } from './ucch.ts';
import { ucmfh } from './ucmfh.ts';

/** A method with every setting decided. */
export interface ResolvedMethod {
  readonly values: Readonly<Record<string, unknown>>;
  learner(setup: Setup): Learner;
}

/** A method without the type of its settings, so that all methods fit into one list. */
export interface RegisteredMethod {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly needsPairs: boolean;
  readonly needsLabels: boolean;
  readonly hasEpochs: boolean;
  /** JSON schema of the method's own settings, with defaults. */
  readonly settings: unknown;
  /** The settings and description as the window shows them. */
  readonly summary: MethodSummary;
  /** Fills in defaults; throws `bad-argument` naming the setting that is wrong or unknown. */
  readonly resolve: (
    common: Readonly<Record<string, unknown>>,
    settings: Readonly<Record<string, unknown>>,
  ) => ResolvedMethod;
}

/** Common options that a method receives only if it declares them. */
const optionalCommon: readonly CommonSetting[] = ['hidden', 'negatives'];

function register<Settings extends z.ZodObject>(
  method: HashMethod<Settings>,
  group: MethodSummary['group'] = 'search',
): RegisteredMethod {
  const { id, name, source, description, needsPairs, needsLabels = false, hasEpochs } = method;
  const declared = describeSettings(method.settings);
  // The command line parses 10 as a number, also where a setting is a text.
  const texts = new Set(declared.filter(({ type }) => type === 'text').map(({ key }) => key));
  const asText = (settings: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => {
        return [key, texts.has(key) && typeof value === 'number' ? String(value) : value];
      }),
    );
  const isCommon = (key: string) => optionalCommon.some((common) => common === key);
  return {
    id,
    name,
    source,
    needsPairs,
    needsLabels,
    hasEpochs,
    settings: z.toJSONSchema(method.settings, { io: 'input' }),
    summary: {
      id,
      name,
      source,
      description,
      group,
      needsPairs,
      needsLabels,
      hasEpochs,
      common: [
        ...(hasEpochs ? (['epochs', 'batch'] as const) : []),
        ...optionalCommon.filter((common) => declared.some(({ key }) => key === common)),
      ],
      commonSymbols: Object.fromEntries(
        declared.flatMap(({ key, symbol }) => (isCommon(key) && symbol !== undefined ? [[key, symbol]] : [])),
      ),
      settings: declared.filter(({ key }) => !isCommon(key)),
    },
    resolve(common, settings) {
      // Pass only the common options that the method declares.
      const own = Object.entries(common).filter(([key]) => key in method.settings.shape);
      const result = method.settings.safeParse({ ...Object.fromEntries(own), ...asText(settings) });
      if (!result.success) {
        const { message, path } = result.error.issues[0] ?? { message: 'is wrong', path: [] };
        const setting = path.length === 0 ? 'Settings' : `Setting ${path.join('.')}`;
        throw new HashlensError('bad-argument', `${setting} of method ${id}: ${message}.`);
      }
      const values = result.data;
      return { values, learner: (setup) => method.learner(setup, values) };
    },
  };
}

export const methods: readonly RegisteredMethod[] = [
  register(twoTower),
  register(ucch),
  register(ucmfh),
  register(cvh),
  register(itq),
  register(rotation),
  register(cirh, 'tables'),
  register(dgcpn, 'tables'),
  register(jdsh, 'tables'),
  register(djsrh, 'tables'),
  register(dsah, 'tables'),
  register(agch, 'tables'),
  register(ugach, 'tables'),
  register(cmfh, 'tables'),
  register(fsh, 'tables'),
  register(imh, 'tables'),
  register(lssh, 'tables'),
  register(rfdh, 'tables'),
  register(cvhTables, 'tables'),
  register(batch, 'tables'),
  register(dlfh, 'tables'),
  register(lemon, 'tables'),
  register(dch, 'tables'),
  register(fomh, 'tables'),
  register(mtfh, 'tables'),
  register(dadh, 'tables'),
  register(hmah, 'tables'),
];

export function findMethod(id: string): RegisteredMethod {
  const method = methods.find((candidate) => candidate.id === id);
  if (method === undefined) {
    const known = methods.map((candidate) => candidate.id).join(', ');
    throw new HashlensError('bad-argument', `There is no hashing method ${id}; known are: ${known}.`);
  }
  return method;
}

/** The method itself if it learns from labels, otherwise the first one that does. */
export function labelMethod(id: string): RegisteredMethod {
  const method = findMethod(id);
  return method.needsLabels ? method : (methods.find((other) => other.needsLabels) ?? method);
}
