import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './DrawerFoot.module.css';

interface Props {
  /** What saving comes to, or has come to. */
  status: string;
  isDirty: boolean;
  /** Where it is more than what was typed; else `isDirty`. */
  canSave?: boolean;
  isPending: boolean;
  onCancel: () => void;
  /** What must be read before. */
  children?: ReactNode;
}

/** The foot of a form in a drawer, which is always in sight. */
export function FormFoot({ status, isDirty, canSave = isDirty, isPending, onCancel, children }: Props) {
  return (
    <div className={classes.foot}>
      {children}
      <Text size="sm" role="status">
        {status}
      </Text>
      <Group gap="xs">
        <Button type="submit" loading={isPending} disabled={!canSave}>
          Save
        </Button>
        <Button variant="default" onClick={onCancel}>
          {isDirty ? 'Cancel' : 'Close'}
        </Button>
      </Group>
    </div>
  );
}

/** Gives the keyboard to the first field that is marked as wrong, once it is, so that its message is read out. */
export function focusWrongField(form: HTMLFormElement | null) {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('input[aria-invalid="true"], textarea[aria-invalid="true"]')?.focus());
}
