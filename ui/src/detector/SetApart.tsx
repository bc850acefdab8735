import { ActionIcon, Checkbox } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import classes from './BandForm.module.css';
import { setApartWords } from './words';

interface Props {
  /** "range 1", "calendar holidays". */
  name: string;
  of: 'range' | 'calendar';
  mute: boolean;
  learn: boolean;
  onChange: (part: { mute?: boolean; learn?: boolean }) => void;
  /** Absent: there is nothing that it could be taken out of. */
  onRemove?: () => void;
}

/** How a range or the days of a calendar are set apart: two choices, and in words what they come to. */
export function SetApart({ name, of, mute, learn, onChange, onRemove }: Props) {
  return (
    <>
      <div className={classes.apart}>
        <Checkbox label="Mute" aria-label={`Mute ${name}`} checked={mute} onChange={(event) => onChange({ mute: event.currentTarget.checked })} />
        <Checkbox label="Learn" aria-label={`Learn ${name}`} checked={learn} onChange={(event) => onChange({ learn: event.currentTarget.checked })} />
        {onRemove && (
          <ActionIcon className={classes.remove} variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={onRemove}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <p className={classes.hint}>{setApartWords({ mute, learn }, of)}</p>
    </>
  );
}
