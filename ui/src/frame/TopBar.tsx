import { ActionIcon, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { IconClockPause, IconKeyboard } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { Status } from '../api/types';
import { Time, useZone } from '../time/Time';
import type { Zone } from '../time/format';
import { ThemeSwitch } from './ThemeSwitch';
import classes from './TopBar.module.css';

export function TopBar({ status, onHelp }: { status: Status | undefined; onHelp: () => void }) {
  return (
    <header className={classes.bar}>
      <DataTime status={status} />
      <Group gap="xs" className={classes.controls}>
        <ZoneSwitch />
        <ThemeSwitch />
        <Tooltip label="Keyboard shortcuts (?)">
          <ActionIcon variant="default" size="md" onClick={onHelp} aria-label="Keyboard shortcuts">
            <IconKeyboard size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </header>
  );
}

/** When the newest datum is from; and, when data time stands still, that it does. */
function DataTime({ status }: { status: Status | undefined }) {
  if (!status) return <span className={classes.dataTime} />;
  return (
    <span className={classes.dataTime}>
      {status.clock === 'frozen' && (
        <span className={classes.frozen} title="The data clock of this server stands still">
          <IconClockPause size={16} aria-hidden />
          Data time stands at <Time at={status.now} />
        </span>
      )}
      {status.clock === 'live' &&
        (status.newest_sample_at ? (
          <>
            Newest data <Time at={status.newest_sample_at} show="age" />
          </>
        ) : (
          'No data received yet'
        ))}
    </span>
  );
}

function ZoneSwitch() {
  const zone = useZone();
  const navigate = useNavigate();
  const choose = (chosen: string) =>
    // UTC is the default and so is left out of the URL.
    void navigate({ to: '.', search: (old) => ({ ...old, tz: (chosen as Zone) === 'local' ? 'local' : undefined }), replace: true });
  return (
    <SegmentedControl
      size="xs"
      aria-label="Time zone"
      value={zone}
      onChange={choose}
      data={[
        { value: 'utc', label: 'UTC' },
        { value: 'local', label: 'Local' },
      ]}
    />
  );
}
