import type { Alarm } from '../api/types';
import { SettingsLink } from '../detector/SettingsLink';
import { WatchOffer } from '../findings/WatchOffer';
import { Empty } from '../parts/Empty';
import { watchedWords } from './words';

const NO_CHART = 'It watches an expression over several metrics, and there is no chart of that.';

/** In place of a chart: what the alarm waits for, or who watches its expression. */
export function MathPanel({ alarm }: { alarm: Alarm }) {
  // What an alarm on one metric has, and none on an expression.
  if (alarm.stat !== null) return <Empty title="No data yet" why={`This server has received nothing yet of ${watchedWords(alarm)}. The chart appears with the first value.`} />;
  if (alarm.detector_id) {
    return (
      <Empty title="A detector watches this expression" why={NO_CHART}>
        <SettingsLink id={alarm.detector_id} />
      </Empty>
    );
  }
  if (!alarm.detector_form) return <Empty title="No chart for this alarm" why={NO_CHART} />;
  return <WatchOffer what="expression" why={`${NO_CHART} Nothing learns what is usual for it, so it has no findings.`} form={alarm.detector_form} />;
}
