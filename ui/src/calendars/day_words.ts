// What the forms of a calendar's days mean (docs/findings.md, "Days"), in words.
const WEEKDAYS: Record<string, string> = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' };
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const NTH: Record<string, string> = { '1st': 'first', '2nd': 'second', '3rd': 'third', '4th': 'fourth', '5th': 'fifth', last: 'last' };
/** As Intl does not say them. */
const COUNTRIES: Record<string, string> = { 'GB-ENG': 'England', NL: 'the Netherlands', US: 'the United States' };

const monthOf = (short: string) => MONTHS.find((month) => month.toLowerCase().startsWith(short) && short.length === 3);

function countryOf(code: string): string {
  if (COUNTRIES[code]) return COUNTRIES[code];
  return /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code) : code;
}

function monthlyWords(day: number): string {
  if (day === -1) return 'the last day of every month';
  return day > 0 ? `day ${day} of every month` : `day ${-day} from the end of every month`;
}

function easterWords(offset: number): string {
  if (offset === 0) return 'Easter Sunday';
  const days = Math.abs(offset) === 1 ? 'the day' : `${Math.abs(offset)} days`;
  return `${days} ${offset < 0 ? 'before' : 'after'} Easter Sunday`;
}

const FORMS: [RegExp, (parts: string[]) => string | undefined][] = [
  [/^(\d\d)-(\d\d)$/, ([month, day]) => MONTHS[Number(month) - 1] && `${Number(day)} ${MONTHS[Number(month) - 1]} of every year`],
  [/^([a-z]{3})$/, ([day]) => WEEKDAYS[day!] && `every ${WEEKDAYS[day!]}`],
  [/^day (-?[1-9]\d?)$/, ([day]) => monthlyWords(Number(day))],
  [/^(\w+) ([a-z]{3}) of ([a-z]{3})$/, ([nth, day, month]) => NTH[nth!] && WEEKDAYS[day!] && monthOf(month!) && `the ${NTH[nth!]} ${WEEKDAYS[day!]} of ${monthOf(month!)}`],
  [/^easter([+-]\d+)?$/, ([offset = '0']) => easterWords(Number(offset))],
  [/^holidays ([A-Z][A-Z-]*)$/, ([code]) => `public holidays of ${countryOf(code!)}`],
];

/** "day -1" → "the last day of every month"; null: a date or a span of dates, which says itself what it is, or no day at all. */
export function dayWords(day: string): string | null {
  for (const [form, words] of FORMS) {
    const parts = form.exec(day.trim());
    if (parts) return words(parts.slice(1)) ?? null;
  }
  return null;
}
