import { Alert, Button, Text } from '@mantine/core';
import type { SharedCalendar } from '../api/types';
import { matchWords, setApartWords } from '../detector/words';
import { namesText } from '../parts/namesText';
import { DAYS_SHOWN } from './DaysText';
import { isSame, keptOf, type SentCalendar } from './draft';

/** Between opening the form and saving it somebody else came first. */
export class Overtaken extends Error {
  constructor() {
    super('Somebody else has changed it meanwhile.');
    this.name = 'Overtaken';
  }
}

interface Props {
  /** What the typed text began with. */
  before: SentCalendar;
  /** As it is now; null: it is gone. */
  live: SharedCalendar | null;
  onTakeOver: (theirs: SharedCalendar) => void;
}

/** What another window, the API or the configuration file did to the calendar while it is being edited; nothing where they did nothing. */
export function Meanwhile({ before, live, onTakeOver }: Props) {
  if (live?.source === 'api' && isSame(keptOf(live), before)) return null;
  return (
    <Alert color="orange" variant="light" role="alert" title={titleOf(live)} styles={{ title: { color: 'var(--tm-warning-text)' } }}>
      {live === null && <Text size="sm">Nothing that is typed here is lost: saving makes it anew.</Text>}
      {live?.source === 'file' && <Text size="sm">It is changed there from now on. For other days make a calendar of another name.</Text>}
      {live?.source === 'api' && (
        <>
          <Text size="sm">
            Now: {namesText(live.days, DAYS_SHOWN)}. {matchWords(live.match)} {setApartWords(live, 'calendar')} Saving puts yours in its place.
          </Text>
          <Button mt="xs" size="xs" variant="default" onClick={() => onTakeOver(live)}>
            Go on with that
          </Button>
        </>
      )}
    </Alert>
  );
}

function titleOf(live: SharedCalendar | null): string {
  if (live === null) return 'Somebody has deleted it meanwhile';
  return live.source === 'file' ? 'The configuration file has taken its name over' : 'Somebody has changed it meanwhile';
}
