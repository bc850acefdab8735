import { Button, Group, TextInput } from '@mantine/core';
import type { Chart, ExcludedRange } from '../api/types';
import { zoneLabel } from '../time/format';
import { useZone } from '../time/Time';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';
import { LIST_MAX, typedTime } from './draft';
import { SetApart } from './SetApart';

/** Ranges of time that are set apart, such as a storm or an outage. */
export function RangesField({ draft, errors, change, chart }: FieldsProps & { chart: Chart | null }) {
  const zone = useZone();
  const ranges = draft.excluded;
  const add = (from: string, to: string) => change({ excluded: [...ranges, { from, to, mute: true, learn: false }] });
  const replace = (at: ExcludedRange, part: Partial<ExcludedRange>) => change({ excluded: ranges.map((range) => (range === at ? { ...range, ...part } : range)) });
  const isFull = ranges.length >= LIST_MAX;
  const shown = chart && { from: typedTime(chart.from), to: typedTime(chart.to) };
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>Excluded ranges</legend>
      <ul className={classes.list}>
        {ranges.map((range, index) => (
          <li key={index} className={classes.item}>
            <div className={classes.fields}>
              {(['from', 'to'] as const).map((end) => (
                <TextInput
                  key={end}
                  label={end === 'from' ? 'From' : 'To, not included'}
                  aria-label={`${end === 'from' ? 'From' : 'To, not included'}, range ${index + 1}`}
                  title={`A time without a zone is in ${zoneLabel(zone)} time; Z means UTC`}
                  value={range[end]}
                  error={errors[`excluded[${index}].${end}`]}
                  onChange={(event) => replace(range, { [end]: event.currentTarget.value })}
                />
              ))}
            </div>
            <SetApart
              name={`range ${index + 1}`}
              of="range"
              mute={range.mute}
              learn={range.learn}
              onChange={(part) => replace(range, part)}
              onRemove={() => change({ excluded: ranges.filter((r) => r !== range) })}
            />
          </li>
        ))}
      </ul>
      <Group gap="xs">
        {shown && (
          <Button size="xs" variant="default" disabled={isFull} onClick={() => add(shown.from, shown.to)}>
            Add what the chart shows
          </Button>
        )}
        <Button size="xs" variant="default" disabled={isFull} onClick={() => add('', '')}>
          {shown ? 'Add another' : 'Add a range'}
        </Button>
      </Group>
      {(isFull || shown) && (
        <p className={classes.hint}>
          {isFull ? `There may be ${LIST_MAX} at most.` : `The chart shows ${shown?.from} to ${shown?.to}. For another stretch, close this and drag over the chart first.`}
        </p>
      )}
    </fieldset>
  );
}
