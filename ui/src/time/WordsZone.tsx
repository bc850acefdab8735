import { Text } from '@mantine/core';
import { useZone } from './Time';

/** Under sentences that the server wrote, where their times are not of the zone that the page shows. `timezone`: theirs, an IANA name. */
export function WordsZone({ timezone = 'UTC' }: { timezone?: string }) {
  const zone = useZone();
  if (zone === 'utc' && timezone === 'UTC') return null;
  return (
    <Text size="xs" c="var(--tm-dim-text)">
      Times within sentences are {timezone === 'UTC' ? 'UTC' : `of ${timezone}`}.
    </Text>
  );
}
