import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { chartQuery } from '../api/queries';
import type { Alarm, Chart } from '../api/types';
import { rowsOf, type Row } from '../chart/model';
import { valueWords } from '../chart/words';
import { numberText, periodText, zoneLabel, type Zone } from '../time/format';
import { useDataNow, useZone } from '../time/Time';
import { unitSuffix } from '../time/unit';

/** The newest period that is over and has data, where the alarm's reason is of an earlier one; else null. */
export function useNewest(alarm: Alarm): { chart: Chart; row: Row } | null {
  const { data: chart } = useQuery({ ...chartQuery({ alarm: alarm.ref }), enabled: alarm.metric_id !== null });
  const now = useDataNow();
  if (!chart || now === null) return null;
  const row = rowsOf(chart).findLast(({ at, value }) => value !== null && at + chart.period_s <= now);
  return row && row.at > Date.parse(alarm.state_since) / 1000 ? { chart, row } : null;
}

/** "Newest value, 24 Mar 2026, 05:00 UTC: 10.2, within the usual 8.46 to 11.7." */
export function newestWords({ chart, row }: { chart: Chart; row: Row }, zone: Zone): string {
  const unit = unitSuffix(chart.unit, chart.stat);
  if (chart.threshold === null) return `Newest value, ${valueWords(row, chart.period_s, zone, unit)}`;
  return `Newest value, ${periodText(row.at, chart.period_s, zone)} ${zoneLabel(zone)}: ${numberText(row.value)}${unit}; the limit is ${numberText(chart.threshold)}${unit}.`;
}

/** What the metric does now, under a reason that is of the time when the state changed. */
export function NewestValue({ newest }: { newest: NonNullable<ReturnType<typeof useNewest>> }) {
  return <Text>{newestWords(newest, useZone())}</Text>;
}
