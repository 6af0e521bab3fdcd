// A component on a page of its own, with the app's state around it.
import { render, screen } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { flushSync, type Component } from 'svelte';
import { startPage, type Answers, type Page } from './page.ts';
import WithApp from './WithApp.svelte';

export interface ShownPage extends Page {
  readonly user: UserEvent;
  readonly container: HTMLElement;
}

/** Renders the component with the state of a page whose engine gives these answers. */
export async function show<Props extends object>(
  component: Component<Props>,
  props: NoInfer<Props>,
  answers: Answers = {},
): Promise<ShownPage> {
  const shown = showOn(await startPage(answers), component, props);
  // Answers to what the component itself asks for.
  await new Promise((resolve) => setImmediate(resolve));
  flushSync();
  return shown;
}

/** Renders the component with the state of a page that was prepared before. */
export function showOn<Props extends object>(
  page: Page,
  component: Component<Props>,
  props: NoInfer<Props>,
): ShownPage {
  const Content: Component = (internals) => component(internals, props);
  const { container } = render(WithApp, { props: { app: page.app, Content } });
  return { ...page, container, user: userEvent.setup() };
}

export const button = (name: string | RegExp): HTMLButtonElement => screen.getByRole('button', { name });

/** Text of an element as a person reads it: white space is one space. */
export const textOf = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

export { screen };
