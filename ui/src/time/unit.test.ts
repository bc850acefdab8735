import { expect, test } from 'vitest';
import { unitSuffix } from './unit';

test.each([
  ['Milliseconds', 'Average', ' ms'],
  ['Percent', 'Maximum', ' %'],
  ['Bytes', 'Sum', ' bytes'],
  ['Megabytes/Second', 'Average', ' MB/s'],
  ['Count/Second', 'Average', ' a second'],
  ['Count', 'Sum', ''],
  ['None', 'Sum', ''],
  ['Bytes', 'SampleCount', ''],
  ['Furlongs', 'Sum', ' Furlongs'],
])('%s of %s is written %j', (unit, stat, suffix) => expect(unitSuffix(unit, stat)).toBe(suffix));
