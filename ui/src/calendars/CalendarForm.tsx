import { Button, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { ApiError, calendarPath, putJson } from '../api/client';
import { calendarsQuery, refreshJudged } from '../api/queries';
import type { SharedCalendar } from '../api/types';
import formClasses from '../detector/BandForm.module.css';
import { DaysField } from '../detector/DaysField';
import type { FieldErrors } from '../detector/draft';
import { SetApart } from '../detector/SetApart';
import { Breakable } from '../parts/Breakable';
import { ErrorNote } from '../parts/ErrorNote';
import { focusWrongField, FormFoot } from '../parts/FormFoot';
import { draftOf, errorsOf, fieldOfRefusal, isSame, keptOf, sentOf, type CalendarDraft, type SentCalendar } from './draft';
import { MatchFields } from './MatchFields';
import { Meanwhile, Overtaken } from './Meanwhile';
import { savedWords } from './words';

interface Props {
  /** As it was when the form opened; null: a new one. */
  start: SharedCalendar | null;
  /** As it is now; null: it is not there. */
  live: SharedCalendar | null;
  /** False while it slides away: what happens to the calendar then was done here. */
  isOpen: boolean;
  onDirty: (isDirty: boolean) => void;
  onCancel: () => void;
  onDelete: () => void;
  onSaved: (words: string) => void;
}

export function CalendarForm({ start, live, isOpen, onDirty, onCancel, onDelete, onSaved }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const isNew = start === null;
  const [before, setBefore] = useState(start);
  const [draft, setDraft] = useState<CalendarDraft>(() => draftOf(start));
  const [errors, setErrors] = useState<FieldErrors>({});
  const name = start?.name ?? draft.name.trim();
  const sent = sentOf(draft);
  const isDirty = !isSame(sent, sentOf(draftOf(before))) || (isNew && name !== '');
  const canSave = isDirty || (!isNew && live === null);
  useEffect(() => onDirty(isDirty), [isDirty, onDirty]);

  const save = useSave(isNew ? 'new' : live, (saved) => {
    setBefore(saved);
    onSaved(savedWords(saved));
  });
  const showErrors = (found: FieldErrors) => {
    setErrors(found);
    focusWrongField(form.current);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = errorsOf(draft, isNew);
    showErrors(found);
    if (Object.keys(found).length > 0 || !canSave) return;
    save.mutate(
      { name, sent },
      {
        onError: (error) => {
          const field = fieldOfRefusal(error, name, draft);
          if (field && (isNew || field !== 'name')) showErrors({ [field]: error.message });
        },
      },
    );
  };
  const change = (part: Partial<CalendarDraft>) => {
    save.reset();
    setDraft((old) => ({ ...old, ...part }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field.split('[')[0]! in part))));
  };
  const takeOver = (theirs: SharedCalendar) => {
    save.reset();
    setBefore(theirs);
    setDraft(draftOf(theirs));
    setErrors({});
  };

  return (
    <form ref={form} onSubmit={submit} noValidate className={formClasses.form}>
      {isNew ? (
        <TextInput label="Name" description="It stays; detectors’ own calendars of this name go before it" value={draft.name} error={errors.name} onChange={(event) => change({ name: event.currentTarget.value })} data-autofocus />
      ) : (
        <Text fw={650}>
          <Breakable text={start.name} />
        </Text>
      )}
      <div>
        <DaysField days={draft.days} error={errors.days} onChange={(days) => change({ days })} />
        <SetApart name="its days" of="calendar" mute={draft.mute} learn={draft.learn} onChange={change} />
      </div>
      <MatchFields draft={draft} errors={errors} change={change} />
      {!isNew && live !== null && (
        <fieldset className={formClasses.group}>
          <legend className={formClasses.legend}>No longer needed?</legend>
          <Button size="xs" variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={onDelete}>
            Delete this calendar…
          </Button>
        </fieldset>
      )}
      {save.isError && !(save.error instanceof Overtaken) && Object.keys(errors).length === 0 && <ErrorNote title="The calendar was not saved" error={save.error} />}
      <FormFoot status={statusWords(save.isPending, canSave, isNew)} isDirty={isDirty} canSave={canSave} isPending={save.isPending} onCancel={onCancel}>
        {isOpen && before !== null && !save.isPending && <Meanwhile before={keptOf(before)} live={live} onTakeOver={takeOver} />}
      </FormFoot>
    </form>
  );
}

/** `known`: what the person has seen to be there; it is not overwritten when it is another by now. */
function useSave(known: SharedCalendar | null | 'new', onSaved: (saved: SharedCalendar) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, sent }: { name: string; sent: SentCalendar }) => {
      const all = await client.fetchQuery({ ...calendarsQuery(), staleTime: 0 });
      const there = all.find((calendar) => calendar.name === name) ?? null;
      if (known === 'new' && there) throw new ApiError(409, 'already_exists', takenWords(there));
      if (known !== 'new' && !isSameKept(known, there)) throw new Overtaken();
      return putJson<SharedCalendar>(calendarPath(name), sent);
    },
    onSuccess: async (saved) => {
      await refreshJudged(client);
      onSaved(saved);
    },
  });
}

const isSameKept = (a: SharedCalendar | null, b: SharedCalendar | null) => (a === null || b === null ? a === b : a.source === b.source && isSame(keptOf(a), keptOf(b)));

const takenWords = ({ source }: SharedCalendar) => (source === 'file' ? 'The configuration file has a calendar of this name' : 'There is a calendar of this name already');

function statusWords(isPending: boolean, canSave: boolean, isNew: boolean): string {
  if (isPending) return 'It is being saved…';
  if (canSave) return 'Saving makes its detectors learn anew, one after the other. Bands of the past stay as they were issued.';
  return isNew ? 'Nothing is typed yet.' : 'Nothing is changed.';
}
