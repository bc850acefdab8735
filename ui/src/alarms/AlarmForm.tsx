import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, type FormEvent } from 'react';
import { postJson } from '../api/client';
import { metricsQuery } from '../api/queries';
import type { Alarm, NewAlarm } from '../api/types';
import { FirstSteps } from '../now/FirstSteps';
import { ErrorNote } from '../parts/ErrorNote';
import { useUnsaved } from '../parts/useUnsaved';
import type { AlarmsSearch } from '../search';
import classes from './AlarmForm.module.css';
import { AlarmPreview } from './AlarmPreview';
import { fieldOfRefusal, firstDraft, toNewAlarm } from './draft';
import { useAlarmDraft } from './useAlarmDraft';
import { WhatFields } from './WhatFields';
import { WhenFields } from './WhenFields';
import { WhoFields } from './WhoFields';

interface Props {
  start: AlarmsSearch;
  onCreated: (ref: string) => void;
  onCancel: () => void;
}

/** The form of a new alarm; before there is anything to watch, the way to the first metric. */
export function AlarmForm(props: Props) {
  const anyMetric = useInfiniteQuery(metricsQuery(''));
  return anyMetric.data?.pages[0]?.total === 0 ? <NothingToWatch onCancel={props.onCancel} /> : <NewAlarmForm {...props} />;
}

function NothingToWatch({ onCancel }: Pick<Props, 'onCancel'>) {
  return (
    <>
      <Text mb="md">An alarm watches a metric, and there is none yet. The form shows here as soon as one has arrived.</Text>
      <FirstSteps />
      <Button variant="default" mt="md" onClick={onCancel}>
        All alarms
      </Button>
    </>
  );
}

function NewAlarmForm({ start, onCreated, onCancel }: Props) {
  const { draft, form, fields, isTouched, judge, showRefusal } = useAlarmDraft(() => firstDraft(start));
  const unsaved = useUnsaved((isLeaving) => {
    if (!isLeaving) onCancel();
  });
  useEffect(() => unsaved.noteDirty(isTouched), [isTouched, unsaved.noteDirty]);
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: (alarm: NewAlarm) => postJson<Alarm>('/alarms', alarm),
    onSuccess: (alarm) => {
      void client.invalidateQueries({ queryKey: ['alarms'] });
      unsaved.noteDirty(false);
      onCreated(alarm.ref);
    },
    onError: showRefusal,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (judge()) create.mutate(toNewAlarm(draft));
  };
  // An error about a field that this form does not have still has to be seen.
  const isShownAtField = fieldOfRefusal(create.error, draft) !== null;

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
          <Button variant="default" onClick={unsaved.close}>
            Cancel
          </Button>
        </Group>
        {unsaved.question}
      </div>
      <div className={classes.preview}>
        <AlarmPreview draft={draft} />
      </div>
    </form>
  );
}
