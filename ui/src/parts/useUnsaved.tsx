import { Button, Group, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useRef, useState, type ReactNode } from 'react';
import classes from './DrawerFoot.module.css';

interface Guard {
  /** Told by the form, whenever it changes. */
  noteDirty: (isDirty: boolean) => void;
  /** Closes, or asks first. */
  close: () => void;
  /** Closes, whatever was typed. */
  discard: () => void;
  /** The question, while it is open. */
  question: ReactNode;
}

interface Place {
  pathname: string;
  search: object;
}

/** The choice of a time zone is in the URL, too, and closes nothing. */
const isSamePlace = (a: Place, b: Place) => a.pathname === b.pathname && JSON.stringify({ ...a.search, tz: '' }) === JSON.stringify({ ...b.search, tz: '' });

/** What is typed in a form is not lost without a question. `onClose`: `isLeaving` is for another page. */
export function useUnsaved(onClose: (isLeaving: boolean) => void): Guard {
  const [isDirty, setDirty] = useState(false);
  // Closing may be a navigation itself: what was given up must not hold it up until the next render.
  const blocks = useRef(false);
  const noteDirty = useCallback((dirty: boolean) => {
    blocks.current = dirty;
    setDirty(dirty);
  }, []);
  const [isAsked, setAsked] = useState(false);
  const leaving = useBlocker({ shouldBlockFn: ({ current, next }) => blocks.current && !isSamePlace(current, next), enableBeforeUnload: () => isDirty, withResolver: true });
  const isLeaving = leaving.status === 'blocked';

  const keep = () => {
    setAsked(false);
    leaving.reset?.();
  };
  const discard = () => {
    setAsked(false);
    noteDirty(false);
    onClose(isLeaving);
    leaving.proceed?.();
  };
  return {
    noteDirty,
    close: () => (isDirty ? setAsked(true) : onClose(false)),
    discard,
    question: (isAsked || isLeaving) && <Unsaved onKeep={keep} onDiscard={discard} />,
  };
}

function Unsaved({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  return (
    <div role="alertdialog" aria-label="Changes that are not saved" className={classes.question}>
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
