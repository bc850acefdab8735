import { ApiError } from './client';

/** What the API calls the fields of forms, and what the forms call them. */
const FIELD_WORDS: Record<string, string> = {
  name: 'the name',
  description: 'the description',
  metric_id: 'the metric',
  stat: 'the statistic',
  period_s: 'the period',
  kind: 'the kind of limit',
  k: 'the band width k',
  direction: 'the direction',
  threshold: 'the limit',
  evaluation_periods: 'the number of periods',
  datapoints_to_alarm: 'the number of bad periods',
  treat_missing_data: 'what missing data count as',
  topic_arns: 'the topics',
  alarms_per_week: 'the number of alarms a week',
  finding_width: 'the width of findings',
  min_deviation: 'the least half-width',
  min_relative_deviation: 'the least half-width as a share',
  lower_limit: 'the lower limit',
  upper_limit: 'the upper limit',
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A message begins with its field; further on only names that are no words of people are taken for one. */
function inFormWords(message: string): string {
  const named = message.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (name) => FIELD_WORDS[name] ?? name);
  const words = named.replace(/^(?:choices\.)?(\w+)(?= (?:must|needs|has|is|holds)\b)/, (whole, name: string) => FIELD_WORDS[name] ?? whole);
  return words === message ? message : capital(words);
}

const TOO_MANY = /at most (\d+) periods.* would have (\d+)/;
const TOO_FAR = /^evaluation_periods \* period_s must be at most \d+, (a day|a week)/;
const count = (digits: string) => Number(digits).toLocaleString('en-GB');

/** A refusal as the pages say it: in the words of what is seen there, not in those of the API. */
export function refusalWords(error: ApiError): string {
  const [, most, wanted] = (error.code === 'too_many_points' && TOO_MANY.exec(error.message)) || [];
  if (most && wanted) {
    const times = Math.ceil(Number(wanted) / Number(most));
    return `This range has ${count(wanted)} periods, and a chart shows at most ${count(most)}. Choose a shorter range, or a period that is at least ${times.toLocaleString('en-GB')} times as long.`;
  }
  const [, span] = TOO_FAR.exec(error.message) ?? [];
  if (span) return `All the periods together must be within ${span}. Choose fewer of them, or a shorter period.`;
  if (/^from must be before to$/.test(error.message)) return 'The range ends before it begins. Choose another one.';
  return inFormWords(error.message);
}
