import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Empty.module.css';

/** Nothing to show: says why, and gives the one thing that changes it. */
export function Empty({ title, why, children }: { title: string; why?: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <Text fw={600}>{title}</Text>
      {why && (
        <Text size="sm" c="var(--tm-dim-text)">
          {why}
        </Text>
      )}
      {children && <div className={classes.action}>{children}</div>}
    </div>
  );
}
