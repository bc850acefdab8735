import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { numberText } from '../time/format';
import { namesText } from '../parts/namesText';
import { alarmsText, type PlannedAlarm } from './budget';
import classes from './TeamResult.module.css';
import type { Apply } from './useApplyWidth';

interface Props {
  k: number;
  plan: PlannedAlarm[];
  apply: Apply;
  /** It keeps within the budget. */
  isProposed: boolean;
}

/** Gives the chosen width to every alarm that can have it, after a question; then says what became of each. */
export function ApplyWidth({ k, plan, apply, isProposed }: Props) {
  const [isOpen, dialog] = useDisclosure(false);
  const named = (change: PlannedAlarm['change']) => plan.filter((each) => each.change === change).map(({ alarm }) => alarm);
  const [changing, same, fixed] = [named('width'), named('same'), named('fixed')];
  const count = alarmsText(changing.length);
  const start = () => {
    dialog.close();
    void apply.run(k, changing);
  };
  return (
    <>
      <Group gap="sm" mt="md">
        <Button variant={isProposed ? 'filled' : 'default'} disabled={changing.length === 0} loading={apply.isBusy} onClick={dialog.open}>
          {changing.length === 0 ? `Apply k = ${numberText(k)}` : `Apply k = ${numberText(k)} to ${count}…`}
        </Button>
        {changing.length === 0 && (
          <Text size="sm" c="var(--tm-dim-text)">
            {same.length > 0 ? 'All of them have this width.' : 'None of them has a band.'}
          </Text>
        )}
      </Group>
      <WhatBecame apply={apply} />
      <Modal opened={isOpen} onClose={dialog.close} title={`Give ${count} the width k = ${numberText(k)}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
        <ul className={classes.effects}>
          <li>
            <b>Changed:</b> {namesText(changing.map(({ name }) => name))}.
          </li>
          {same.length > 0 && (
            <li>
              <b>Have it already:</b> {namesText(same.map(({ name }) => name))}.
            </li>
          )}
          {fixed.length > 0 && (
            <li>
              <b>Have no width,</b> since their limit is fixed: {namesText(fixed.map(({ name }) => name))}.
            </li>
          )}
        </ul>
        <Text size="sm">Each is judged anew at once: its state may change, and then people are told.</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={dialog.close} data-autofocus>
            Cancel
          </Button>
          <Button onClick={start}>Change {count}</Button>
        </Group>
      </Modal>
    </>
  );
}

function WhatBecame({ apply: { outcomes, isBusy } }: { apply: Apply }) {
  if (outcomes.size === 0) return null;
  const all = [...outcomes];
  const done = all.filter(([, { state }]) => state === 'done').length;
  const failed = all.flatMap(([name, outcome]) => (outcome.state === 'failed' ? [{ name, message: outcome.message }] : []));
  return (
    <div role="status" className={classes.became}>
      <p>{isBusy ? `Changing: ${done} of ${alarmsText(all.length)}…` : `${done} of ${alarmsText(all.length)} changed.`}</p>
      {failed.length > 0 && (
        <ul className={classes.effects}>
          {failed.map(({ name, message }) => (
            <li key={name} data-outcome="failed">
              <b>{name}</b> was not changed: {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
