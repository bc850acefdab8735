import { Text } from '@mantine/core';
import { useZone } from './Time';
import { namesDay } from './sentence';

interface Props {
  /** The sentences. */
  of: (string | null)[];
  /** Of their times, an IANA name. */
  timezone?: string;
}

/** Under sentences that the server wrote, where what they say of time is not of the zone that the page shows. */
export function WordsZone({ of, timezone = 'UTC' }: Props) {
  const zone = useZone();
  const isUtc = timezone === 'UTC';
  if (isUtc && (zone === 'utc' || !of.some((text) => text !== null && namesDay(text)))) return null;
  return (
    <Text size="xs" c="var(--tm-dim-text)">
      {isUtc ? 'A day that a sentence names without a time is a day of UTC.' : `Times within sentences are of ${timezone}.`}
    </Text>
  );
}
