import { NumberField } from '../parts/NumberField';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';

export function LimitFields({ draft, errors, change, unit }: FieldsProps & { unit: string }) {
  const inUnit = unit === 'None' ? '' : `, in ${unit}`;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>Limits of the band</legend>
      <div className={classes.fields}>
        <NumberField
          label="Least deviation"
          description={`Half of the band is never narrower than this${inUnit}`}
          min={0}
          value={draft.min_deviation}
          error={errors.min_deviation}
          onValue={(min_deviation) => change({ min_deviation })}
        />
        <NumberField
          label="Least deviation, relative"
          description="Nor than this part of the expected value, in %"
          min={0}
          unit="%"
          value={draft.min_relative_deviation}
          error={errors.min_relative_deviation}
          onValue={(min_relative_deviation) => change({ min_relative_deviation })}
        />
        <NumberField
          label="Lowest possible value"
          description="The metric cannot go below it, so the band does not; may be empty"
          value={draft.lower_limit}
          error={errors.lower_limit}
          onValue={(lower_limit) => change({ lower_limit })}
        />
        <NumberField
          label="Highest possible value"
          description="The metric cannot go above it, so the band does not; may be empty"
          value={draft.upper_limit}
          error={errors.upper_limit}
          onValue={(upper_limit) => change({ upper_limit })}
        />
      </div>
    </fieldset>
  );
}
