// The window appears with quick and with slow pages.
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { showAfterMs, showOnce } from './show-once.ts';

class FakeWindow extends EventEmitter {
  shown = 0;
  destroyed = false;
  isDestroyed = () => this.destroyed;
  isVisible = () => this.shown > 0;
  show = () => this.shown++;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('shows the window when its page is ready, once', () => {
  const window = new FakeWindow();
  showOnce(window);
  expect(window.shown).toBe(0);
  window.emit('ready-to-show');
  expect(window.shown).toBe(1);
  vi.advanceTimersByTime(10 * showAfterMs);
  expect(window.shown).toBe(1);
});

it('shows it after a while when the page is not', () => {
  const window = new FakeWindow();
  showOnce(window);
  vi.advanceTimersByTime(showAfterMs);
  expect(window.shown).toBe(1);
  window.emit('ready-to-show');
  expect(window.shown).toBe(1);
});

it('leaves a window alone that was closed meanwhile', () => {
  const window = new FakeWindow();
  showOnce(window);
  window.destroyed = true;
  window.emit('closed');
  vi.advanceTimersByTime(showAfterMs);
  expect(window.shown).toBe(0);
});
