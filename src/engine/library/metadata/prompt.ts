// Extracts the prompt from the texts of image generators: the prompt describes the picture; the settings do not.
import * as z from 'zod';
import { parseJson } from '../../../shared/json.ts';

/** Keys of the prompt in JSON, of InvokeAI, NovelAI, Fooocus, SwarmUI and others. */
const promptKeys = ['positive_prompt', 'prompt', 'Prompt'];
/** Keys of objects that hold the prompt. */
const holderKeys = ['sui_image_params', 'image', 'meta'];
/** Deepest nesting of such objects that is searched. */
const mostSteps = 8;
/** Largest number of workflow nodes to search for a text. */
const mostNodes = 1000;

/** The text without settings; from JSON the prompt in it, empty without one. */
export function promptOf(text: string): string {
  if (/^\s*\{/.test(text)) return promptInJson(text);
  // Old InvokeAI: `"a red fox" -s 50 -S 1`.
  const quoted = /^"(.*)" -[a-zA-Z]\b/s.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  const settings =
    /(?:^|\n)[^\S\n]*(?:Negative prompt:|Steps: \d+,)| Job ID: [\da-f-]{6,}| --(?:ar|v|niji|style|stylize|chaos|seed) \S/.exec(
      text,
    );
  return settings === null ? text : text.slice(0, settings.index);
}

function promptInJson(text: string): string {
  try {
    return promptIn(parseJson(z.record(z.string(), z.unknown()), text), 0) ?? '';
  } catch {
    // Any text may have braces; only JSON is excluded as a caption.
    return /^\s*\{\s*"/.test(text) ? '' : text;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function promptIn(fields: Fields, depth: number): string | null {
  for (const key of promptKeys) {
    const value = fields[key];
    if (typeof value === 'string') return value;
    const first: unknown = Array.isArray(value) ? value[0] : undefined;
    if (isFields(first) && typeof first['prompt'] === 'string') return first['prompt'];
  }
  for (const key of holderKeys) {
    const inner = fields[key];
    const found = isFields(inner) && depth < mostSteps ? promptIn(inner, depth + 1) : null;
    if (found !== null) return found;
  }
  return promptInWorkflow(fields);
}

/** ComfyUI: nodes by number, each with inputs, which are values or `[number of another node, output]`. */
function promptInWorkflow(nodes: Fields): string | null {
  const passed = new Set<string>();
  for (const node of Object.values(nodes)) {
    const positive = isFields(node) && isFields(node['inputs']) ? node['inputs']['positive'] : undefined;
    const text = positive === undefined ? null : textOf(nodes, positive, passed);
    if (text !== null) return text;
  }
  return null;
}

const textInputs = ['text', 'text_g', 'prompt', 'string', 'value', 'positive', 'conditioning', 'conditioning_1'];

/** @param passed nodes without a text: each is visited once, even in a cycle */
function textOf(nodes: Fields, input: unknown, passed: Set<string>): string | null {
  if (typeof input === 'string') return input.trim() === '' ? null : input;
  if (!Array.isArray(input) || passed.size >= mostNodes) return null;
  const name = String(input[0]);
  if (passed.has(name)) return null;
  passed.add(name);
  const node: unknown = Object.hasOwn(nodes, name) ? nodes[name] : undefined;
  const inputs = isFields(node) ? node['inputs'] : undefined;
  if (!isFields(inputs)) return null;
  for (const key of textInputs) {
    const text = textOf(nodes, inputs[key], passed);
    if (text !== null) return text;
  }
  return null;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
