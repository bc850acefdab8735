import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { deleteAt, detectorPath } from '../api/client';
import { bandAlarmsQuery, refreshJudged } from '../api/queries';
import type { Detector } from '../api/types';
import classes from '../parts/DrawerFoot.module.css';
import { ErrorNote } from '../parts/ErrorNote';
import { namesText } from '../parts/namesText';
import { useOpener } from '../parts/useOpener';

interface Props {
  detector: Detector;
  onKeep: () => void;
  /** It is gone: nothing that was typed counts any more. */
  onStopped: () => void;
}

/** Nobody watches an expression for an alarm's sake. */
const isMath = (detector: Detector) => detector.metric_id === null && detector.stat === '';

/** Asks before a detector is deleted: what is lost, what stays, and who else uses it. */
export function StopWatching({ detector, onKeep, onStopped }: Props) {
  const client = useQueryClient();
  const returnFocus = useOpener(true);
  const stop = useMutation({
    mutationFn: () => deleteAt(detectorPath(detector.id)),
    onSuccess: async () => {
      await refreshJudged(client);
      onStopped();
    },
  });
  // However it goes away: the drawer goes with it when there is nothing left to set.
  useEffect(() => returnFocus, []);
  return (
    <div role="alertdialog" aria-labelledby="stop-watching" aria-describedby="stop-watching-what" className={classes.question}>
      <Text id="stop-watching" fw={600}>
        Stop watching this {isMath(detector) ? 'expression' : 'metric'}?
      </Text>
      <div id="stop-watching-what">
        <ul className={classes.effects}>
          <li>
            <b>Lost for good:</b> the findings of {detector.stat || 'this expression'}, their verdicts and comments, missed ranges, and these band settings.
          </li>
          <li>
            <b>Stays:</b> the stored values, the alarms and their history. {!isMath(detector) && 'Charts still draw a usual range, at the default settings. '}It can be watched again, from the stored values.
          </li>
          <li>
            <BandAlarms detector={detector} />
          </li>
        </ul>
      </div>
      {stop.isError && <ErrorNote title="It is still watched" error={stop.error} />}
      <Group gap="xs">
        <Button onClick={onKeep} autoFocus>
          Go on watching
        </Button>
        <Button color="red.8" loading={stop.isPending} onClick={() => stop.mutate()}>
          Stop watching
        </Button>
      </Group>
    </div>
  );
}

/** An alarm on the usual range needs someone who learns it: the server then begins again by itself. */
function BandAlarms({ detector }: { detector: Detector }) {
  const query = useQuery(bandAlarmsQuery(detector));
  if (query.isPending) return <>Looking for alarms on its usual range…</>;
  if (query.isError) return <>Which alarms use its usual range could not be read. If there are any, they go on, with a usual range at the default settings.</>;
  const names = query.data;
  if (names.length === 0) return <>No alarm uses its usual range.</>;
  return (
    <>
      <b>{names.length === 1 ? '1 alarm uses' : `${names.length} alarms use`} its usual range:</b> {namesText(names)}. {names.length === 1 ? 'It goes' : 'They go'} on and may fire at other values:{' '}
      {isMath(detector)
        ? 'the usual range is then computed at the default settings, without findings.'
        : `since ${names.length === 1 ? 'it needs' : 'they need'} one, the metric is soon watched again, at the default settings. To end that, delete ${names.length === 1 ? 'that alarm' : 'those alarms'} first.`}
    </>
  );
}
