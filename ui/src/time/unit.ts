/** AWS's words for units, as people write them behind a number; what is not here is written as it came. */
const SHORT: Record<string, string> = {
  None: '',
  Count: '',
  Percent: '%',
  Seconds: 's',
  Milliseconds: 'ms',
  Microseconds: 'µs',
  Bytes: 'bytes',
  Kilobytes: 'kB',
  Megabytes: 'MB',
  Gigabytes: 'GB',
  Terabytes: 'TB',
  Bits: 'bits',
  Kilobits: 'kbit',
  Megabits: 'Mbit',
  Gigabits: 'Gbit',
  Terabits: 'Tbit',
};

/** " ms", to be put behind a number; "" of a count, and of the number of samples, whatever they measure. As src/base/people_unit.cc. */
export function unitSuffix(unit: string, stat: string): string {
  if (stat === 'SampleCount') return '';
  const [size = '', per] = unit.split('/');
  const word = SHORT[size] ?? size;
  if (per === 'Second') return word ? ` ${word}/s` : ' a second';
  return word ? ` ${word}` : '';
}
