import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { LostNote } from './LostNote';
import { useOpener } from './useOpener';

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

/** What lies over a page from its right edge. When it has slid away, the keyboard is where it was before. */
export function SideDrawer({ opened, onClose, title, children }: Props) {
  const returnFocus = useOpener(opened);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={returnFocus}
      returnFocus={false}
      position="right"
      size="lg"
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <LostNote />
      {children}
    </Drawer>
  );
}
