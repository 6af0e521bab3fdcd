// The benefit of a trained model for a person, in words.
import { hasHiddenGain, roundedShare } from '../../shared/compare-quality.ts';
import type { Interval, LibraryQuality } from '../../shared/contract/evaluation.ts';

const times = roundedShare;
const range = ({ low, high }: Interval) => `${times(low)} to ${times(high)}`;
const before = (other: Interval | null) => (other === null ? '' : `; before ${times(other.mean)}`);

/** Photos of a hundred that are found: in the order of search, and by pictures alone. */
export function qualityText(quality: LibraryQuality): string {
  const { defaultOrder, orderUnmeasured, trained, encoder } = quality;
  const { photos } = defaultOrder ?? quality;
  const finds = `It finds the right one of ${photos} photos, when nobody described it, among the first ten`;
  const decided = hasHiddenGain(quality)
    ? ' What decides is the chance that the right photo gets on average, at any place in the list: it is higher than without learning.'
    : '';
  if (defaultOrder === undefined) {
    const how = `measured with ${quality.asked ?? quality.queries} captions, by pictures alone`;
    const reason =
      orderUnmeasured === undefined ? '' : ` A search as usual could not be measured: ${orderUnmeasured.message}`;
    return `${finds} ${times(trained.mean)} times in 100 (${range(trained)}, ${how})${before(encoder)}.${decided}${reason}`;
  }
  const search = defaultOrder.trained;
  const how = `measured with ${defaultOrder.queries} captions, by a search as usual`;
  const ofEncoder = encoder === null ? '' : `, the encoder alone ${times(encoder.mean)} times`;
  return (
    `${finds} ${times(search.mean)} times in 100 (${range(search)}, ${how})${before(defaultOrder.before)}.${decided} ` +
    `By pictures alone it finds it ${times(trained.mean)} times (${range(trained)})${ofEncoder}.`
  );
}
