// POST /alarms and PUT /alarms/NAME, as docs/api.md says.
import { Refusal } from './refusal.mjs';

const OPERATORS = {
  band: { both: 'LessThanLowerOrGreaterThanUpperThreshold', above: 'GreaterThanUpperThreshold', below: 'LessThanLowerThreshold' },
  static: { above: 'GreaterThanThreshold', at_or_above: 'GreaterThanOrEqualToThreshold', below: 'LessThanThreshold', at_or_below: 'LessThanOrEqualToThreshold' },
};
const RULE = ['description', 'metric_title', 'stat', 'period_s', 'comparison', 'threshold', 'band_k', 'evaluation_periods', 'datapoints_to_alarm', 'treat_missing_data', 'actions', 'tags'];

/** Differs for rules that differ; null: no form holds it. */
export const versionOf = (alarm) => (alarm.stat === null ? null : JSON.stringify(RULE.map((field) => alarm[field])));

/** What a form says of an alarm, whom it tells aside. */
export function ruleOf(body, metrics, titleOf) {
  const { description, metric_id, stat, period_s, evaluation_periods, datapoints_to_alarm, treat_missing_data } = body;
  // A metric that has sent nothing yet has no id.
  const metric = body.metric ?? metrics.find((m) => m.id === metric_id);
  if (!metric) throw new Refusal(400, 'invalid_field', 'There is no such metric.', 'metric_id');
  const comparison = OPERATORS[body.kind]?.[body.direction];
  if (!comparison) throw new Refusal(400, 'invalid_field', 'direction must be one that the kind of limit has', 'direction');
  if (evaluation_periods * period_s > 604_800) throw new Refusal(400, 'invalid_field', 'Metrics cannot be checked across more than a week');
  const isBand = body.kind === 'band';
  const limit = { comparison, threshold: isBand ? null : body.threshold, band_k: isBand ? body.k : null };
  return { description, ...watchedOf(metric, titleOf), stat, period_s, ...limit, evaluation_periods, datapoints_to_alarm, treat_missing_data };
}

/** What an alarm says of its metric. */
export function watchedOf({ id = null, namespace, name, dimensions, region }, titleOf) {
  const metric = { namespace, name, dimensions, region };
  return { metric_id: id, metric, namespace, metric_title: titleOf(metric) };
}

const toldOn = (alarm, on) => alarm.actions.filter((action) => action.on === on).map(({ arn }) => arn);

export function editAlarm(alarm, body, rule) {
  const version = versionOf(alarm);
  if (version === null) throw new Refusal(422, 'no_form', `'${alarm.name}' watches more than one metric and its limit: change it with PutMetricAlarm`);
  if (body.version !== version) throw new Refusal(409, 'changed', `'${alarm.name}' was changed by somebody else`, 'version');
  const before = toldOn(alarm, 'ALARM');
  const added = body.topic_arns.filter((arn) => !before.includes(arn));
  const ok = toldOn(alarm, 'OK').filter((arn) => !before.includes(arn) || body.topic_arns.includes(arn));
  const actions = [
    ...body.topic_arns.map((arn) => ({ on: 'ALARM', arn })),
    ...[...new Set([...ok, ...added])].map((arn) => ({ on: 'OK', arn })),
    ...alarm.actions.filter(({ on }) => on === 'INSUFFICIENT_DATA'),
  ];
  return Object.assign(alarm, rule, { actions });
}
