// Messages about the answer of a search, in the language of the window.
import { filled, sentences, type SearchNotice } from '../shared/sentences.ts';
import { engineText } from './engine-texts.ts';
import { language } from './language.ts';
import { problemText } from './problems.ts';

export function noticeText(notice: SearchNotice): string {
  if (!('sentence' in notice)) return problemText(notice);
  const { encoder, ...others } = notice.values;
  const values = encoder === undefined ? others : { ...others, encoder: engineText(String(encoder)) };
  return filled(engineText(sentences[notice.sentence]), values, language());
}

export const noticesText = (notices: readonly SearchNotice[]): string => notices.map(noticeText).join(' ');
