import { SegmentedControl, Select } from '@mantine/core';
import type { TreatMissingData } from '../api/types';
import { widthWords } from '../detector/words';
import { NumberField } from '../parts/NumberField';
import { Panel } from '../parts/Panel';
import classes from './AlarmForm.module.css';
import type { Draft } from './draft';
import type { FieldsProps } from './useAlarmDraft';
import { WidthAdvice } from './WidthAdvice';
import { missingWords } from './words';

/** Which a limit of each kind can have, the first one when it gets that kind. */
const DIRECTIONS: Record<Draft['kind'], { value: Draft['direction']; label: string }[]> = {
  band: [
    { value: 'both', label: 'above or below' },
    { value: 'above', label: 'above' },
    { value: 'below', label: 'below' },
  ],
  static: [
    { value: 'above', label: 'above' },
    { value: 'at_or_above', label: 'at or above' },
    { value: 'below', label: 'below' },
    { value: 'at_or_below', label: 'at or below' },
  ],
};

function ofKind(kind: Draft['kind'], direction: Draft['direction']): Partial<Draft> {
  const isThere = DIRECTIONS[kind].some(({ value }) => value === direction);
  return { kind, direction: isThere ? direction : DIRECTIONS[kind][0]!.value };
}

export function WhenFields({ draft, errors, change }: FieldsProps) {
  return (
    <Panel title="2. Its limit">
      <SegmentedControl
        aria-label="Kind of limit"
        mb="sm"
        fullWidth
        value={draft.kind}
        onChange={(kind) => change(ofKind(kind as Draft['kind'], draft.direction))}
        data={[
          { value: 'band', label: 'Its usual range' },
          { value: 'static', label: 'A fixed limit' },
        ]}
      />
      <div className={classes.grid}>
        <Select
          label="Direction"
          allowDeselect={false}
          data={DIRECTIONS[draft.kind]}
          value={draft.direction}
          error={errors.direction}
          onChange={(direction) => direction && change({ direction: direction as Draft['direction'] })}
        />
        {draft.kind === 'band' ? (
          <NumberField
            label="Band width k"
            description={widthWords(draft.k)}
            min={0.1}
            max={10}
            step={0.5}
            value={draft.k}
            error={errors.k}
            onValue={(k) => change({ k })}
          />
        ) : (
          <NumberField label="Limit" value={draft.threshold} error={errors.threshold} onValue={(threshold) => change({ threshold })} />
        )}
        <NumberField
          label="Bad periods"
          min={1}
          step={1}
          value={draft.datapoints_to_alarm}
          error={errors.datapoints_to_alarm}
          onValue={(datapoints_to_alarm) => change({ datapoints_to_alarm })}
        />
        <NumberField
          label="of the last"
          min={1}
          step={1}
          value={draft.evaluation_periods}
          error={errors.evaluation_periods}
          onValue={(evaluation_periods) => change({ evaluation_periods })}
        />
        <Select
          label="Missing data"
          description={missingWords(draft.treat_missing_data)}
          allowDeselect={false}
          data={[
            { value: 'missing', label: 'left out (missing)' },
            { value: 'ignore', label: 'keeps the state (ignore)' },
            { value: 'breaching', label: 'bad (breaching)' },
            { value: 'notBreaching', label: 'good (notBreaching)' },
          ]}
          value={draft.treat_missing_data}
          error={errors.treat_missing_data}
          onChange={(value) => value && change({ treat_missing_data: value as TreatMissingData })}
        />
        {draft.kind === 'band' && <WidthAdvice draft={draft} onK={(k) => change({ k })} />}
      </div>
    </Panel>
  );
}
