// Prompts in the texts of image generators.
import { describe, expect, it } from 'vitest';
import { promptOf } from './prompt.ts';

describe('the prompt of a text', () => {
  it.each([
    ['Stable Diffusion web UI', 'a red fox, (snow:1.2)\nNegative prompt: dog\nSteps: 20, Seed: 1'],
    ['it, without a negative prompt', 'a red fox, (snow:1.2)\n  Steps: 20, Seed: 1'],
    ['Midjourney', 'a red fox, (snow:1.2) --ar 3:2 --v 6'],
    ['Midjourney’s web page', 'a red fox, (snow:1.2) Job ID: 0a1b2c3d-4e5f'],
    ['old InvokeAI', '"a red fox, (snow:1.2)" -s 50 -S 1'],
  ])('of %s ends before the settings', (_, text) => {
    expect(promptOf(text).trim()).toBe('a red fox, (snow:1.2)');
  });

  it.each([
    'Two steps: 20 metres each, and a dash --v',
    '"The end" - a sign',
    'Our Job ID: x',
    'A cat\nSteps: many, all of stone',
    'See "Steps: 20, Seed: 1" in the photo',
  ])('is the whole text where it only looks like one with settings: %j', (text) => {
    expect(promptOf(text)).toBe(text);
  });

  it('is empty where the settings begin at once', () => {
    expect(promptOf('Negative prompt: dog\nSteps: 20, Seed: 1')).toBe('');
  });
});

describe('the prompt of JSON', () => {
  const of = (value: unknown) => promptOf(` ${JSON.stringify(value)}`);

  it.each([
    ['a key', { steps: 20, prompt: 'a fox' }],
    ['InvokeAI’s key before the other', { prompt: 'no', positive_prompt: 'a fox' }],
    ['Fooocus’ key', { Prompt: 'a fox' }],
    ['a list of weighted prompts', { prompt: [{ prompt: 'a fox', weight: 1 }] }],
    ['SwarmUI’s object', { sui_image_params: { prompt: 'a fox' } }],
    ['objects in objects', { meta: { image: { meta: { prompt: 'a fox' } } } }],
  ])('is found in %s', (_, value) => {
    expect(of(value)).toBe('a fox');
  });

  it.each([
    ['no such key', { seed: 1 }],
    ['a prompt that is a number', { prompt: 7 }],
    ['an empty list', { prompt: [] }],
    ['a list of texts', { prompt: ['a fox'] }],
    ['a holder that is a text', { meta: 'a fox' }],
  ])('is empty with %s', (_, value) => {
    expect(of(value)).toBe('');
  });

  it('is not searched for in more than nine objects in one another', () => {
    const nested = (depth: number): object => (depth === 0 ? { prompt: 'a fox' } : { meta: nested(depth - 1) });
    expect([of(nested(8)), of(nested(9))]).toEqual(['a fox', '']);
  });

  it('is the text itself where braces hold no JSON, and empty where JSON is cut off', () => {
    expect(promptOf('{my cat} on the sofa')).toBe('{my cat} on the sofa');
    expect(promptOf('{"prompt": "a fo')).toBe('');
  });
});

describe('the prompt of a ComfyUI workflow', () => {
  const of = (nodes: object) => promptOf(JSON.stringify(nodes));
  const sampler = (positive: unknown) => ({
    class_type: 'KSampler',
    inputs: { seed: 1, positive, negative: ['9', 0] },
  });

  it('is the positive text, through the nodes between', () => {
    expect(
      of({
        9: { inputs: { text: 'ugly' } },
        3: sampler(['4', 0]),
        4: { inputs: { conditioning: ['5', 0] } },
        5: { inputs: { text: ['6', 0] } },
        6: { inputs: { value: 'a fox' } },
      }),
    ).toBe('a fox');
  });

  it('is taken from a second input where the first is blank or has no node', () => {
    expect(of({ 3: sampler(['4', 0]), 4: { inputs: { text: ' ', text_g: 'a fox' } } })).toBe('a fox');
    expect(of({ 3: sampler(['7', 0]), 5: sampler('a fox') })).toBe('a fox');
  });

  it('is empty without a text', () => {
    expect(of({ 3: sampler(['4', 0]), 4: { inputs: ['a fox'] } })).toBe('');
    expect(of({ 3: sampler(['toString', 0]) })).toBe('');
    expect(of({ 3: { inputs: { negative: 'ugly' } }, 4: 'a fox', 5: { inputs: 'a fox' } })).toBe('');
  });
});
