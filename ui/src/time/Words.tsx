import { useZone } from './Time';
import { withoutTurning, wordsIn } from './sentence';

/** A sentence that the server wrote, in the zone that the page shows. `timezone`: of its times, an IANA name; other than UTC they stay as they are. */
export function Words({ text, timezone = 'UTC' }: { text: string; timezone?: string }) {
  const zone = useZone();
  const plain = withoutTurning(text);
  return timezone === 'UTC' ? wordsIn(zone, plain) : plain;
}
