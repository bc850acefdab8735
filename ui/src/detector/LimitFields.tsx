import { NumberInput } from '@mantine/core';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';

const typed = (value: string | number) => (typeof value === 'number' ? value : ('' as const));

export function LimitFields({ draft, errors, change, unit }: FieldsProps & { unit: string }) {
  const inUnit = unit === 'None' ? '' : `, in ${unit}`;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>Limits of the band</legend>
      <div className={classes.fields}>
        <NumberInput
          label="Least deviation"
          description={`Half of the band is never narrower than this${inUnit}`}
          min={0}
          value={draft.min_deviation}
          error={errors.min_deviation}
          onChange={(value) => change({ min_deviation: typed(value) })}
        />
        <NumberInput
          label="Least deviation, relative"
          description="Nor than this part of the expected value"
          min={0}
          suffix=" %"
          value={draft.min_relative_deviation}
          error={errors.min_relative_deviation}
          onChange={(value) => change({ min_relative_deviation: typed(value) })}
        />
        <NumberInput
          label="Lowest possible value"
          description="The metric cannot go below it, nor does the band; may be empty"
          value={draft.lower_limit}
          error={errors.lower_limit}
          onChange={(value) => change({ lower_limit: typed(value) })}
        />
        <NumberInput
          label="Highest possible value"
          description="The metric cannot go above it, nor does the band; may be empty"
          value={draft.upper_limit}
          error={errors.upper_limit}
          onChange={(value) => change({ upper_limit: typed(value) })}
        />
      </div>
    </fieldset>
  );
}
