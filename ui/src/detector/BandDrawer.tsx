import { Button, Group, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import type { Chart, Detector } from '../api/types';
import { SideDrawer } from '../parts/SideDrawer';
import { BandForm } from './BandForm';
import classes from './BandForm.module.css';
import { StopWatching } from './StopWatching';

interface Props {
  isOpen: boolean;
  /** `isLeaving`: for another page. */
  onClose: (isLeaving: boolean) => void;
  detector: Detector;
  /** null: what it watches has none. */
  chart: Chart | null;
}

/** The choices of a detector; what is typed is not lost without a question. */
export default function BandDrawer({ isOpen, onClose, detector, chart }: Props) {
  const [isDirty, setDirty] = useState(false);
  // Closing may be a navigation itself: what was given up must not hold it up until the next render.
  const blocks = useRef(false);
  const noteDirty = useCallback((dirty: boolean) => {
    blocks.current = dirty;
    setDirty(dirty);
  }, []);
  const [isAsked, setAsked] = useState(false);
  const leaving = useBlocker({ shouldBlockFn: () => blocks.current, enableBeforeUnload: () => isDirty, withResolver: true });
  const isLeaving = leaving.status === 'blocked';

  const [isStopping, setStopping] = useState(false);
  // Esc answers the question that is open first.
  const close = () => (isStopping ? setStopping(false) : isDirty ? setAsked(true) : onClose(false));
  const keep = () => {
    setAsked(false);
    leaving.reset?.();
  };
  const discard = () => {
    setAsked(false);
    setStopping(false);
    noteDirty(false);
    onClose(isLeaving);
    leaving.proceed?.();
  };
  return (
    <SideDrawer opened={isOpen} onClose={close} title="Band settings">
      <BandForm detector={detector} chart={chart} onDirty={noteDirty} onCancel={close} onStop={() => setStopping(true)} />
      {isStopping && <StopWatching detector={detector} onKeep={() => setStopping(false)} onStopped={discard} />}
      {(isAsked || isLeaving) && <Unsaved onKeep={keep} onDiscard={discard} />}
    </SideDrawer>
  );
}

function Unsaved({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  return (
    <div role="alertdialog" aria-label="Changes that are not saved" className={classes.unsaved}>
      <Text size="sm" fw={600}>
        Your changes are not saved yet.
      </Text>
      <Group gap="xs">
        <Button onClick={onKeep} autoFocus>
          Go on editing
        </Button>
        <Button variant="default" onClick={onDiscard}>
          Discard them
        </Button>
      </Group>
    </div>
  );
}
