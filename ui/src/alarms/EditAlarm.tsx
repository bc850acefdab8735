import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { alarmPath, ApiError, postJson, putJson } from '../api/client';
import { alarmQuery } from '../api/queries';
import type { Alarm } from '../api/types';
import { ErrorNote } from '../parts/ErrorNote';
import { FormFoot } from '../parts/FormFoot';
import { useOpener } from '../parts/useOpener';
import { usePageTitle } from '../parts/usePageTitle';
import { useUnsaved } from '../parts/useUnsaved';
import classes from './AlarmForm.module.css';
import { AlarmPreview } from './AlarmPreview';
import { draftOf, fieldOfRefusal, isSameDraft, toEdited, toNewAlarm, type Draft } from './draft';
import { Meanwhile } from './Meanwhile';
import { useAlarmDraft } from './useAlarmDraft';
import { WhatFields } from './WhatFields';
import { WhenFields } from './WhenFields';
import { WhoFields } from './WhoFields';

interface Props {
  /** As it was when the form opened. */
  start: Alarm;
  /** As it is now; null: it is gone. */
  live: Alarm | null;
  onClose: () => void;
  onSaved: () => void;
}

/** The form of an alarm that is there. What the form does not show stays as it is: the server sees to it. */
export function EditAlarm({ start, live, onClose, onSaved }: Props) {
  const { name, ref } = start;
  usePageTitle(`Edit ${name}`);
  const heading = useHeading();
  const [before, setBefore] = useState(start);
  const { draft, form, fields, judge, showRefusal, replace } = useAlarmDraft(() => draftOf(start));
  const unsaved = useUnsaved((isLeaving) => {
    if (!isLeaving) onClose();
  });
  const isDirty = !isSameDraft(draft, draftOf(before));
  const canSave = live === null || (isDirty && live.version !== null);
  useEffect(() => unsaved.noteDirty(isDirty), [isDirty, unsaved.noteDirty]);

  const save = useSave(ref, live, () => {
    unsaved.discard();
    onSaved();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canSave && judge()) save.mutate(draft, { onError: showRefusal });
  };
  const takeOver = (theirs: Alarm) => {
    save.reset();
    setBefore(theirs);
    replace(draftOf(theirs));
  };
  const isShownElsewhere = isOvertaken(save.error) || fieldOfRefusal(save.error, draft) !== null;

  return (
    <>
      <h1 ref={heading} tabIndex={-1} className={classes.title}>
        Edit {name}
      </h1>
      <form ref={form} onSubmit={submit} noValidate className={classes.form}>
        <div className={classes.fields}>
          <WhatFields {...fields} />
          <WhenFields {...fields} />
          <WhoFields {...fields} saved={before} />
          {save.isError && !isShownElsewhere && <ErrorNote title="The alarm was not saved" error={save.error} />}
          <FormFoot status={statusWords(save.isPending, canSave, isDirty)} isDirty={isDirty} canSave={canSave} isPending={save.isPending} onCancel={unsaved.close}>
            {!save.isPending && <Meanwhile before={before} live={live} onTakeOver={takeOver} />}
          </FormFoot>
          {unsaved.question}
        </div>
        <div className={classes.preview}>
          <AlarmPreview draft={draft} />
        </div>
      </form>
    </>
  );
}

/** The keyboard begins at the heading, and is at the page when the form has gone. */
function useHeading() {
  const heading = useRef<HTMLHeadingElement>(null);
  const returnFocus = useOpener(true);
  useEffect(() => {
    heading.current?.focus();
    return returnFocus;
  }, []);
  return heading;
}

/** Somebody else came first: what they did stands beside the form. */
const isOvertaken = (error: unknown) => error instanceof ApiError && ['changed', 'not_found', 'no_form', 'already_exists'].includes(error.code);

/** `known`: what the person has seen to be there; it is not overwritten when it is another by now. null: it is made anew. */
function useSave(ref: string, known: Alarm | null, onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: Draft) =>
      known === null ? postJson<Alarm>('/alarms', toNewAlarm(draft)) : putJson<Alarm>(alarmPath(ref), toEdited(draft, known.version ?? '')),
    onSuccess: async (saved) => {
      client.setQueryData(alarmQuery(ref).queryKey, saved);
      onSaved();
      await Promise.all(['alarms', 'now', 'backtest', 'chart', 'metrics', 'detectors'].map((name) => client.invalidateQueries({ queryKey: [name] })));
    },
    onError: async (error) => {
      if (isOvertaken(error)) await client.invalidateQueries({ queryKey: alarmQuery(ref).queryKey });
    },
  });
}

function statusWords(isPending: boolean, canSave: boolean, isDirty: boolean): string {
  if (isPending) return 'It is being saved…';
  if (canSave) return 'Once saved it is judged anew at once: its state may change, and then people are told.';
  return isDirty ? 'Not saved.' : 'Nothing is changed.';
}
