import { Button } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';

/** Opens the choices of a detector over whatever page is there; stands in the URL. */
export function SettingsLink({ id }: { id: string }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconAdjustments size={14} aria-hidden />}
      renderRoot={(props: object) => <Link {...props} to="." search={(old) => ({ ...old, why: undefined, settings: id })} resetScroll={false} />}
    >
      Band settings
    </Button>
  );
}
