import type { Alarm } from '../api/types';
import { NotEvaluatedBadge, StateBadge } from '../parts/StateBadge';

/** Of an alarm that cannot be evaluated no state is shown as if it held; one in alarm stays in alarm until somebody looks. */
export function AlarmBadge({ alarm }: { alarm: Alarm }) {
  return alarm.evaluation_error && alarm.state !== 'ALARM' ? <NotEvaluatedBadge /> : <StateBadge state={alarm.state} />;
}
