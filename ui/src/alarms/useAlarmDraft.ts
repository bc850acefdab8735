import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/client';
import { metricQuery } from '../api/queries';
import { refusalWords } from '../api/words';
import { focusWrongField } from '../parts/FormFoot';
import { errorsOf, fieldOfRefusal, type Draft, type FieldErrors } from './draft';

/** What each part of the form works on. */
export interface FieldsProps {
  draft: Draft;
  errors: FieldErrors;
  change: (part: Partial<Draft>) => void;
}

/** An alarm's form while it is typed: the draft, and what is wrong with it. */
export function useAlarmDraft(first: () => Draft) {
  const [draft, setDraft] = useState<Draft>(first);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [isTouched, setTouched] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useMetricDefaults(draft, setDraft);

  const showErrors = (found: FieldErrors) => {
    setErrors(found);
    focusWrongField(form.current);
  };
  const change = (part: Partial<Draft>) => {
    setTouched(true);
    setDraft((old) => ({ ...old, ...part }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field in part))));
  };
  return {
    draft,
    form,
    /** A person has changed something. */
    isTouched,
    fields: { draft, errors, change } satisfies FieldsProps,
    /** True if it is worth sending; else the fields say what is wrong. */
    judge: () => {
      const found = errorsOf(draft);
      showErrors(found);
      return Object.keys(found).length === 0;
    },
    /** Puts a refusal by the server at its field, where the form has it. */
    showRefusal: (error: unknown) => {
      const field = fieldOfRefusal(error, draft);
      if (field && error instanceof ApiError) showErrors({ [field]: refusalWords(error) });
    },
    replace: (other: Draft) => {
      setDraft(other);
      setErrors({});
    },
  };
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
