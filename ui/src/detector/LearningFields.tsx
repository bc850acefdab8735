import { Autocomplete, Select, Switch } from '@mantine/core';
import type { FieldsProps } from './BandForm';
import classes from './BandForm.module.css';
import type { Draft } from './draft';
import { ADAPTATION_WORDS, FILTERING_WORDS } from './words';

const ZONES_SHOWN = 30;
/** The browser knows hundreds of zones; the server judges any other that is typed. */
const zones = () => Intl.supportedValuesOf('timeZone');

export function LearningFields({ draft, errors, change }: FieldsProps) {
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>How it learns</legend>
      <div className={classes.fields}>
        <Select
          label="Adaptation"
          description={ADAPTATION_WORDS[draft.adaptation]}
          allowDeselect={false}
          data={[
            { value: 'slow', label: 'slow' },
            { value: 'normal', label: 'normal' },
            { value: 'fast', label: 'fast' },
          ]}
          value={draft.adaptation}
          error={errors.adaptation}
          onChange={(adaptation) => adaptation && change({ adaptation: adaptation as Draft['adaptation'] })}
        />
        <Select
          label="Outlier filtering"
          description={FILTERING_WORDS[draft.filtering]}
          allowDeselect={false}
          data={[
            { value: 'minimal', label: 'minimal' },
            { value: 'moderate', label: 'moderate' },
            { value: 'strict', label: 'strict' },
          ]}
          value={draft.filtering}
          error={errors.filtering}
          onChange={(filtering) => filtering && change({ filtering: filtering as Draft['filtering'] })}
        />
        <Autocomplete
          label="Time zone"
          description="Days begin at its midnight; empty is UTC"
          placeholder="UTC"
          data={zones()}
          limit={ZONES_SHOWN}
          value={draft.timezone}
          error={errors.timezone}
          onChange={(timezone) => change({ timezone })}
        />
        <Switch
          mt="xs"
          label="Periodic spikes"
          description="Its spikes come regularly: they are learned in full"
          checked={draft.periodic_spikes}
          onChange={(event) => change({ periodic_spikes: event.currentTarget.checked })}
        />
      </div>
    </fieldset>
  );
}
