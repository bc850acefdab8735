import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { matchCountQuery } from '../api/queries';
import type { CalendarMatch } from '../api/types';
import formClasses from '../detector/BandForm.module.css';
import { TAGS_MAX, type FieldErrors } from '../detector/draft';
import { PairsField } from '../detector/PairsField';
import { matchWords } from '../detector/words';
import { useDebounced } from '../parts/useDebounced';
import classes from './CalendarList.module.css';
import { DIMENSIONS_MAX, matchErrorsOf, matchOf, type CalendarDraft } from './draft';
import { matchingWords } from './words';

const MATCH_DEBOUNCE_MS = 300;

interface Props {
  draft: CalendarDraft;
  errors: FieldErrors;
  change: (part: Partial<CalendarDraft>) => void;
}

/** Which detectors: everything holds that is said. */
export function MatchFields({ draft, errors, change }: Props) {
  return (
    <>
      <fieldset className={formClasses.group}>
        <legend className={formClasses.legend}>For which detectors</legend>
        <div className={formClasses.fields}>
          <TextInput label="Namespace" placeholder="any" value={draft.namespace} error={errors.namespace} onChange={(event) => change({ namespace: event.currentTarget.value })} />
          <TextInput label="Metric" placeholder="any" value={draft.metric} error={errors.metric} onChange={(event) => change({ metric: event.currentTarget.value })} />
        </div>
        <p className={formClasses.hint}>
          <b>{matchWords(matchOf(draft))}</b> <Matching draft={draft} /> All that is said must hold; * stands for any run of characters, as in etl-*.
        </p>
      </fieldset>
      <PairsField
        legend="Dimensions of its metric"
        of="dimension"
        keyWord="Name"
        field="dimensions"
        pairs={draft.dimensions}
        errors={errors}
        onChange={(dimensions) => change({ dimensions })}
        most={DIMENSIONS_MAX}
        hint="Each must be there. Others may be there too."
      />
      <PairsField
        legend="Tags of the detector"
        of="tag"
        field="tags"
        pairs={draft.tags}
        errors={errors}
        onChange={(tags) => change({ tags })}
        most={TAGS_MAX}
        hint="Each must be there. They are given in its band settings."
      />
    </>
  );
}

/** How many detectors match what is typed; nothing while a part of it is missing. */
function Matching({ draft }: { draft: CalendarDraft }) {
  const isWhole = Object.keys(matchErrorsOf(draft)).length === 0;
  const settled = useDebounced(isWhole ? JSON.stringify(matchOf(draft)) : null, MATCH_DEBOUNCE_MS);
  const { data } = useQuery(matchCountQuery(settled === null ? null : (JSON.parse(settled) as CalendarMatch)));
  return (
    <span role="status" data-nobody={(isWhole && data === 0) || undefined} className={classes.matching}>
      {isWhole && data !== undefined && matchingWords(data)}
    </span>
  );
}
