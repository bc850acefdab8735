import { Button, Text } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { detectorPath, putJson } from '../api/client';
import { refreshJudged } from '../api/queries';
import type { Chart, Choices, Detector } from '../api/types';
import { Breakable } from '../parts/Breakable';
import { ErrorNote } from '../parts/ErrorNote';
import { focusWrongField, FormFoot } from '../parts/FormFoot';
import { useZone } from '../time/Time';
import classes from './BandForm.module.css';
import { CalendarsField } from './CalendarsField';
import { changesOf, choicesOf, draftOf, errorsOf, fieldOfRefusal, type Draft, type FieldErrors } from './draft';
import { InheritedCalendars } from './InheritedCalendars';
import { LearningFields } from './LearningFields';
import { LimitFields } from './LimitFields';
import { RangesField } from './RangesField';
import { TagsField } from './TagsField';
import { WidthFields } from './WidthFields';

export interface FieldsProps {
  draft: Draft;
  errors: FieldErrors;
  change: (part: Partial<Draft>) => void;
}

interface Props {
  detector: Detector;
  chart: Chart | null;
  onDirty: (isDirty: boolean) => void;
  onCancel: () => void;
  onStop: () => void;
}

export function BandForm({ detector, chart, onDirty, onCancel, onStop }: Props) {
  const zone = useZone();
  const form = useRef<HTMLFormElement>(null);
  // What was there when the form opened: news from the server must not change what is being typed.
  const [before, setBefore] = useState(detector.choices);
  const [draft, setDraft] = useState<Draft>(() => draftOf(before));
  const [errors, setErrors] = useState<FieldErrors>({});
  const changes = changesOf(choicesOf(draftOf(before), zone), choicesOf(draft, zone));
  const isDirty = Object.keys(changes).length > 0;
  useEffect(() => onDirty(isDirty), [isDirty, onDirty]);

  const save = useSave(detector, (saved) => {
    setBefore(saved.choices);
    setDraft(draftOf(saved.choices));
  });
  const showErrors = (found: FieldErrors) => {
    setErrors(found);
    focusWrongField(form.current);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = errorsOf(draft, zone);
    showErrors(found);
    if (Object.keys(found).length > 0 || !isDirty) return;
    save.mutate(changes, {
      onError: (error) => {
        const field = fieldOfRefusal(error, draft, zone);
        if (field) showErrors({ [field]: error.message });
      },
    });
  };
  const change = (part: Partial<Draft>) => {
    save.reset();
    setDraft((old) => ({ ...old, ...part }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field.split('[')[0]! in part))));
  };
  const isShownAtField = save.isError && fieldOfRefusal(save.error, draft, zone) !== null;
  const fields = { draft, errors, change };

  return (
    <form ref={form} onSubmit={submit} noValidate className={classes.form}>
      <Text size="sm">
        What is usual for {detector.stat && `${detector.stat} of `}
        <Breakable text={detector.metric_title} />
      </Text>
      <WidthFields {...fields} findingWidth={detector.finding_width} chosenWidth={before.width} />
      <LearningFields {...fields} />
      <LimitFields {...fields} unit={chart?.unit ?? 'None'} />
      <RangesField {...fields} chart={chart} />
      <InheritedCalendars calendars={detector.inherited} />
      <CalendarsField {...fields} />
      <TagsField {...fields} />
      <fieldset className={classes.group}>
        <legend className={classes.legend}>No longer needed?</legend>
        <Button size="xs" variant="default" leftSection={<IconEyeOff size={14} aria-hidden />} onClick={onStop}>
          Stop watching…
        </Button>
      </fieldset>
      {save.isError && !isShownAtField && <ErrorNote title="The band settings were not saved" error={save.error} />}
      <FormFoot
        status={statusWords(save.isPending, save.isSuccess && !isDirty, isDirty, isTagsOnly(isDirty ? changes : save.variables))}
        isDirty={isDirty}
        isPending={save.isPending}
        onCancel={onCancel}
      />
    </form>
  );
}

function useSave(detector: Detector, onSaved: (saved: Detector) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choices: Partial<Choices>) => putJson<Detector>(detectorPath(detector.id), { choices }),
    onSuccess: (saved) => {
      onSaved(saved);
      return refreshJudged(client);
    },
  });
}

const isTagsOnly = (changes: Partial<Choices> = {}) => Object.keys(changes).join() === 'tags';

function statusWords(isPending: boolean, isSaved: boolean, isDirty: boolean, isOnlyTags: boolean): string {
  if (isOnlyTags) return isPending ? 'The tags are being saved…' : isSaved ? 'Saved.' : 'Only tags are changed: nothing learns anew.';
  if (isPending) return 'The models learn anew from the stored history…';
  if (isSaved) return 'Saved; the models have learned anew.';
  return isDirty ? 'Saving makes the models learn anew from the stored history. Bands of the past stay as they were issued.' : 'Nothing is changed.';
}
