import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { postJson } from '../api/client';
import { refreshJudged } from '../api/queries';
import type { Chart, Detector } from '../api/types';
import { ErrorNote } from '../parts/ErrorNote';
import { limitText } from '../time/format';
import { Time } from '../time/Time';
import classes from './FindingsPanel.module.css';
import { widthAfterMissed } from './words';

interface Props {
  chart: Chart;
  detector: Detector;
  /** Findings that are in the range already. */
  found: number;
  isStretch: boolean;
}

/** Says that the chosen stretch should have been found. */
export function MissedButton({ chart, detector, found, isStretch }: Props) {
  const [isOpen, dialog] = useDisclosure(false);
  const client = useQueryClient();
  const mark = useMutation({
    mutationFn: () => postJson<Detector>('/missed', { metric_id: chart.metric.id, stat: chart.stat, from: chart.from, to: chart.to }),
    onSuccess: async () => {
      dialog.close();
      await refreshJudged(client);
    },
  });
  if (!isStretch) return <span className={classes.hint}>Something is missing? Drag over it in the chart, then mark it as missed.</span>;

  const periods = Math.round((Date.parse(chart.to) - Date.parse(chart.from)) / 1000 / chart.period_s);
  const [before, after] = [detector.finding_width, widthAfterMissed(detector)];
  const close = () => {
    mark.reset();
    dialog.close();
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={dialog.open}>
        Mark this range as missed…
      </Button>
      {mark.isSuccess && (
        <span className={classes.hint} role="status">
          Marked as missed; the models have learned anew.
        </span>
      )}
      <Modal opened={isOpen} onClose={close} title="Should something have been found here?" closeButtonProps={{ 'aria-label': 'Close' }}>
        <Text size="sm" mb="xs">
          <Time at={chart.from} /> to <Time at={chart.to} />: {periods === 1 ? '1 period' : `${periods} periods`}
        </Text>
        <Text size="sm">What the model will do:</Text>
        <ul className={classes.effects}>
          <li>It keeps these periods out of training, as if they had no data.</li>
          <li>
            {before > after
              ? `It becomes more sensitive: from k = ${limitText(after)} on a period is a finding, before it was ${limitText(before)}.`
              : `It is as sensitive as missed ranges can make it already (k = ${limitText(before)}).`}
          </li>
        </ul>
        {found > 0 && (
          <Text size="sm" mb="xs">
            <b>{found === 1 ? '1 finding is' : `${found} findings are`} in this range already.</b> For those, Why and a verdict say more.
          </Text>
        )}
        <Text size="sm">
          <b>It cannot be taken back:</b> only to stop watching the metric, in Band settings, forgets it, with all else that was learned and judged.
        </Text>
        {mark.isError && <ErrorNote title="The range was not marked" error={mark.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button loading={mark.isPending} onClick={() => mark.mutate()}>
            Mark as missed
          </Button>
        </Group>
      </Modal>
    </>
  );
}
