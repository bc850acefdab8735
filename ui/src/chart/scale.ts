// The value axis: which range it shows and where its ticks stand. uPlot's own takes "42.00000021" for a rounding error of 42,
// which leaves a range without any length, and then steps through it for ever.
import { numberText } from '../time/format';

type Range = [low: number, high: number];

/** Free room above and below the values, as a part of their range. */
const PADDING = 0.1;
/** Less than this part of the values themselves is no movement that a person could read from an axis: the line is flat. The narrowest band has 1e-8. */
const FLAT = 1e-7;
/** Beyond these, sums and steps of doubles are no longer what they should be. */
const LARGEST = 5e307;
const SMALLEST = 1e-300;
/** Shown for values that are all zero. */
const ZEROS: Range = [0, 100];
/** Digits that tell ticks apart even where the line is all but flat, and leave out what binary fractions add. */
const TICK_DIGITS = 12;
/** A tick so close to the end of the range, in steps, stands on it: 0.7 / 0.1 is 6.999999999999999. */
const ON_END = 1e-9;

const withinDoubles = (value: number) => Math.min(Math.max(value, -LARGEST), LARGEST);
const magnitude = (value: number) => 10 ** Math.floor(Math.log10(value));

/** What the axis shows for values from `low` to `high`: a little more than those, from zero if that is near, and always of some length. */
export function valueRange(low: number, high: number): Range {
  const [first, last] = [withinDoubles(low), withinDoubles(high)];
  const size = Math.max(Math.abs(first), Math.abs(last));
  if (size < SMALLEST) return ZEROS;
  if (last - first < size * FLAT) return first < 0 ? [2 * first, 0] : [0, 2 * last];
  const padding = (last - first) * PADDING;
  const grain = magnitude(last - first) / 10;
  const [from, to] = [Math.floor((first - padding) / grain) * grain, Math.ceil((last + padding) / grain) * grain];
  return [first >= 0 ? Math.max(from, 0) : from, last <= 0 ? Math.min(to, 0) : to];
}

/** The round step (1, 2, 2.5 or 5 times a power of ten) of at most `most` steps in `length`. */
function tickStep(length: number, most: number): number {
  const least = length / most;
  const ten = magnitude(least);
  return ten * ([1, 2, 2.5, 5].find((times) => times * ten >= least) ?? 10);
}

/** Where the ticks of such a range stand: at most `most` + 1, rising. */
export function ticksOf(low: number, high: number, most: number): number[] {
  const step = tickStep(high - low, most);
  const first = Math.ceil(low / step - ON_END);
  const count = Math.min(Math.floor(high / step + ON_END) - first, most) + 1;
  // `|| 0` makes a plain zero of a negative one.
  return Array.from({ length: Math.max(count, 0) }, (_, index) => Number(((first + index) * step).toPrecision(TICK_DIGITS)) || 0);
}

/** The ticks for reading; as many digits as tell them apart. */
export function tickTexts(ticks: number[]): string[] {
  const texts = ticks.map(numberText);
  return new Set(texts).size === texts.length ? texts : ticks.map(String);
}
