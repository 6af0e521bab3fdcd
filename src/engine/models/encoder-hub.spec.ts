// Addresses of mirrors, accepted and refused.
import { describe, expect, it } from 'vitest';
import { hubUrl } from '../encoder/clip/download.ts';
import { openStore } from '../store/database.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { chooseEncoderHub, encoderHub } from './encoder-hub.ts';

describe('encoder hub', () => {
  it('is the model hub until another is chosen, and again after that', () => {
    const store = openStore(temporaryFolder());
    expect(encoderHub(store.settings)).toBe(hubUrl);
    chooseEncoderHub(store.settings, 'https://mirror.example.org/hub//');
    expect(encoderHub(store.settings)).toBe('https://mirror.example.org/hub');
    chooseEncoderHub(store.settings, null);
    expect(encoderHub(store.settings)).toBe(hubUrl);
    store.close();
  });

  it.each([
    ['mirror', 'is not an address'],
    ['http://mirror.example.org', 'is not encrypted'],
    ['file:///etc', 'is not encrypted'],
    ['https://anna:secret@mirror.example.org', 'has a name or password'],
    ['https://mirror.example.org?token=1', 'more than a host and a path'],
  ])('refuses %s', (url, reason) => {
    const store = openStore(temporaryFolder());
    expect(() => chooseEncoderHub(store.settings, url)).toThrow(reason);
    expect(encoderHub(store.settings)).toBe(hubUrl);
    store.close();
  });

  it('takes an unencrypted line within this computer', () => {
    const store = openStore(temporaryFolder());
    chooseEncoderHub(store.settings, 'http://127.0.0.1:8080/');
    expect(encoderHub(store.settings)).toBe('http://127.0.0.1:8080');
    store.close();
  });
});
