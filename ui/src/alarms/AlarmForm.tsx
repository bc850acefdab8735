import { Button, Group, MultiSelect, NumberInput, Select, SegmentedControl, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { postJson } from '../api/client';
import { metricQuery, topicsQuery } from '../api/queries';
import type { Alarm, NewAlarm, TreatMissingData } from '../api/types';
import { periodOptions, STATS } from '../chart/choices';
import { ErrorNote } from '../parts/ErrorNote';
import { focusWrongField } from '../parts/FormFoot';
import { Panel } from '../parts/Panel';
import type { AlarmsSearch } from '../search';
import classes from './AlarmForm.module.css';
import { AlarmPreview } from './AlarmPreview';
import { errorsOf, fieldOfRefusal, firstDraft, toNewAlarm, type Draft, type FieldErrors } from './draft';
import { MetricSelect } from './MetricSelect';
import { NumberField } from '../parts/NumberField';
import { WidthAdvice } from './WidthAdvice';
import { missingWords } from './words';

interface Props {
  start: AlarmsSearch;
  onCreated: (name: string) => void;
  onCancel: () => void;
}

export function AlarmForm({ start, onCreated, onCancel }: Props) {
  const [draft, setDraft] = useState<Draft>(() => firstDraft(start));
  const [errors, setErrors] = useState<FieldErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const client = useQueryClient();
  useMetricDefaults(draft, setDraft);

  const create = useMutation({
    mutationFn: (alarm: NewAlarm) => postJson<Alarm>('/alarms', alarm),
    onSuccess: (alarm) => {
      void client.invalidateQueries({ queryKey: ['alarms'] });
      onCreated(alarm.name);
    },
    onError: (error) => {
      const field = fieldOfRefusal(error, draft);
      if (field) showErrors({ [field]: error.message });
    },
  });
  const showErrors = (found: FieldErrors) => {
    setErrors(found);
    focusWrongField(form.current);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = errorsOf(draft);
    showErrors(found);
    if (Object.keys(found).length === 0) create.mutate(toNewAlarm(draft));
  };
  const change = (part: Partial<Draft>) => {
    setDraft((old) => ({ ...old, ...part }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field in part))));
  };
  // An error about a field that this form does not have still has to be seen.
  const isShownAtField = fieldOfRefusal(create.error, draft) !== null;
  const fields = { draft, errors, change };

  return (
    <form ref={form} onSubmit={submit} noValidate className={classes.form}>
      <div className={classes.fields}>
        <WhatFields {...fields} />
        <WhenFields {...fields} />
        <WhoFields {...fields} />
        {create.isError && !isShownAtField && <ErrorNote title="The alarm was not created" error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending}>
            Create alarm
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </div>
      <div className={classes.preview}>
        <AlarmPreview draft={draft} />
      </div>
    </form>
  );
}

/** Fills in what suits the chosen metric, where nothing was chosen yet. */
function useMetricDefaults(draft: Draft, setDraft: (change: (old: Draft) => Draft) => void) {
  const { data: metric } = useQuery(metricQuery(draft.metric_id));
  useEffect(() => {
    if (!metric) return;
    const detector = metric.detectors[0];
    setDraft((old) => ({
      ...old,
      stat: old.stat || (detector?.stat ?? 'Sum'),
      period_s: old.period_s === '' ? (detector?.period_s ?? metric.period_s) : old.period_s,
    }));
  }, [metric, setDraft]);
}

interface FieldsProps {
  draft: Draft;
  errors: FieldErrors;
  change: (part: Partial<Draft>) => void;
}

function WhatFields({ draft, errors, change }: FieldsProps) {
  return (
    <Panel title="1. What is watched">
      <div className={classes.grid}>
        <MetricSelect
          className={classes.wide}
          value={draft.metric_id}
          error={errors.metric_id}
          // Another metric has other habits: what was filled in for the one before is chosen anew.
          onChange={(metric_id) => change({ metric_id, stat: '', period_s: '' })}
        />
        <Select label="Statistic" data={STATS} value={draft.stat || null} error={errors.stat} onChange={(stat) => change({ stat: stat ?? '' })} />
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

const wholeNumber = (value: string | number) => (typeof value === 'number' ? Math.round(value) : ('' as const));

function WhenFields({ draft, errors, change }: FieldsProps) {
  return (
    <Panel title="2. Which limit it must keep within">
      <SegmentedControl
        aria-label="Kind of limit"
        mb="sm"
        fullWidth
        value={draft.kind}
        onChange={(kind) => change(kind === 'band' ? { kind: 'band' } : { kind: 'static', direction: draft.direction === 'both' ? 'above' : draft.direction })}
        data={[
          { value: 'band', label: 'Its usual range' },
          { value: 'static', label: 'A fixed limit' },
        ]}
      />
      <div className={classes.grid}>
        <Select
          label="Direction"
          allowDeselect={false}
          data={[
            ...(draft.kind === 'band' ? [{ value: 'both', label: 'above or below' }] : []),
            { value: 'above', label: 'above' },
            { value: 'below', label: 'below' },
          ]}
          value={draft.direction}
          error={errors.direction}
          onChange={(direction) => direction && change({ direction: direction as Draft['direction'] })}
        />
        {draft.kind === 'band' ? (
          <NumberField
            label="Band width k"
            description="2 holds about 95 of 100 usual values"
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
        <NumberInput
          label="Bad periods"
          min={1}
          value={draft.datapoints_to_alarm}
          error={errors.datapoints_to_alarm}
          onChange={(value) => change({ datapoints_to_alarm: wholeNumber(value) })}
        />
        <NumberInput
          label="of the last"
          min={1}
          value={draft.evaluation_periods}
          error={errors.evaluation_periods}
          onChange={(value) => change({ evaluation_periods: wholeNumber(value) })}
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

function WhoFields({ draft, errors, change }: FieldsProps) {
  const topics = useQuery(topicsQuery());
  const found = topics.data?.topics ?? [];
  return (
    <Panel title="3. What it is called, and who is told">
      <div className={classes.grid}>
        <TextInput label="Name" required value={draft.name} error={errors.name} onChange={(event) => change({ name: event.currentTarget.value })} />
        <MultiSelect
          label="Topics"
          description={topicsWords(topics.isError, found.length, topics.isPending)}
          data={found.map(({ arn, name, subscriptions }) => ({ value: arn, label: `${name} (${subscriptions === 1 ? '1 subscriber' : `${subscriptions} subscribers`})` }))}
          value={draft.topic_arns}
          maxValues={5}
          error={errors.topic_arns}
          onChange={(topic_arns) => change({ topic_arns })}
        />
        <Textarea
          className={classes.wide}
          label="Description"
          autosize
          minRows={2}
          value={draft.description}
          error={errors.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
      </div>
      {draft.topic_arns.length === 0 && (
        <Text size="sm" mt="xs" c="var(--tm-dim-text)">
          Without a topic no one is told; the state can still be seen here.
        </Text>
      )}
    </Panel>
  );
}

function topicsWords(isError: boolean, count: number, isPending: boolean): string {
  if (isError) return 'The topics could not be read';
  if (isPending) return 'Reading the topics…';
  return count === 0 ? 'There are none: create one with aws sns create-topic' : 'Told when it goes into alarm and when it is over';
}
