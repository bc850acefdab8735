import { dateTimeText, zoneLabel, type Zone } from './format';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** "24 Mar 2026 05:00 UTC", as people_time of src/base/people_time.cc writes it; of a range only its end names the zone. */
const TIME = new RegExp(String.raw`\b(\d{1,2}) (${MONTHS.join('|')}) (\d{4}) (\d\d):(\d\d)( UTC)?`, 'g');
const DAY = new RegExp(String.raw`\b\d{1,2} (?:${MONTHS.join('|')}) \d{4}(?! \d\d:\d\d)\b`);
/** It names a day without a time, which is one of UTC whatever zone it is read in. */
export const namesDay = (text: string) => DAY.test(text);

/** Characters that turn round what follows them; in a sentence nothing ends their effect. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

export const withoutTurning = (text: string) => text.replace(TURNING, '');

/** A sentence that the server wrote with times of UTC, with those of `zone`; a day without a time stays as it is. */
export function wordsIn(zone: Zone, text: string): string {
  if (zone === 'utc') return text;
  return text.replace(TIME, (_, day: string, month: string, year: string, hour: string, minute: string, utc?: string) => {
    const at = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), Number(hour), Number(minute)) / 1000;
    return dateTimeText(at, zone) + (utc ? ` ${zoneLabel(zone)}` : '');
  });
}
