import { Select } from '@mantine/core';
import { periodOptions, statOptions } from '../chart/choices';
import { Panel } from '../parts/Panel';
import classes from './AlarmForm.module.css';
import { MetricSelect } from './MetricSelect';
import type { FieldsProps } from './useAlarmDraft';

export function WhatFields({ draft, errors, change }: FieldsProps) {
  return (
    <Panel title="1. What is watched">
      <div className={classes.grid}>
        <MetricSelect
          value={draft.metric_id}
          unsent={draft.metric}
          error={errors.metric_id ?? errors.metric}
          // Another metric has other habits: what was filled in for the one before is chosen anew. Of one that sent nothing none are known.
          onChange={(metric_id) => change(metric_id === '' && draft.metric ? { metric_id } : { metric_id, stat: '', period_s: '' })}
        />
        <Select label="Statistic" data={statOptions(draft.stat)} value={draft.stat || null} error={errors.stat} onChange={(stat) => change({ stat: stat ?? '' })} />
        <Select
          label="Period"
          data={periodOptions(draft.period_s || 60)}
          value={draft.period_s === '' ? null : String(draft.period_s)}
          error={errors.period_s}
          onChange={(period) => change({ period_s: period === null ? '' : Number(period) })}
        />
      </div>
    </Panel>
  );
}
