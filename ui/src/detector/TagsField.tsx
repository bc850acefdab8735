import type { FieldsProps } from './BandForm';
import { TAGS_MAX } from './draft';
import { PairsField } from './PairsField';

/** What the detector is sorted by; no band depends on it. */
export function TagsField({ draft, errors, change }: FieldsProps) {
  return (
    <PairsField
      legend="Tags"
      of="tag"
      field="tags"
      pairs={draft.tags}
      errors={errors}
      onChange={(tags) => change({ tags })}
      most={TAGS_MAX}
      hint="No band depends on them. A new metric borrows its first band from those of the same owner."
    />
  );
}
