import { Button, Group, Modal, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { alarmPath, deleteAt, postJson } from '../api/client';
import { alarmQuery } from '../api/queries';
import type { Alarm } from '../api/types';
import { ErrorNote } from '../parts/ErrorNote';

/** What one can do to an alarm. */
export function AlarmActions({ alarm }: { alarm: Alarm }) {
  const client = useQueryClient();
  const enable = useMutation({
    mutationFn: (enabled: boolean) => postJson<Alarm>(`${alarmPath(alarm.ref)}/actions`, { enabled }),
    onSuccess: (changed) => {
      client.setQueryData(alarmQuery(alarm.ref).queryKey, changed);
      void client.invalidateQueries({ queryKey: ['alarms'] });
    },
  });
  return (
    <Group gap="md">
      <Switch
        label="Tell people"
        description={alarm.actions_enabled ? undefined : 'The state still changes; no one is told.'}
        checked={alarm.actions_enabled}
        disabled={enable.isPending}
        onChange={(event) => enable.mutate(event.currentTarget.checked)}
      />
      <Group gap="xs">
        {alarm.version && <EditButton />}
        <DeleteButton alarm={alarm} />
      </Group>
      {enable.isError && <ErrorNote title="The change was not saved" error={enable.error} />}
    </Group>
  );
}

function EditButton() {
  const navigate = useNavigate({ from: '/alarms/$name' });
  return (
    <Button variant="default" size="xs" leftSection={<IconPencil size={14} aria-hidden />} onClick={() => void navigate({ search: (old) => ({ ...old, edit: true }) })}>
      Edit
    </Button>
  );
}

function DeleteButton({ alarm: { name, ref } }: { alarm: Alarm }) {
  const [isOpen, dialog] = useDisclosure(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteAt(alarmPath(ref)),
    onSuccess: async () => {
      await navigate({ to: '/alarms', state: { said: `The alarm “${name}” was deleted.` } });
      // After leaving: the page of the deleted alarm would ask for it again and show an error.
      client.removeQueries({ queryKey: alarmQuery(ref).queryKey });
      void client.invalidateQueries({ queryKey: ['alarms', 'list'] });
      void client.invalidateQueries({ queryKey: ['now'] });
    },
  });
  return (
    <>
      <Button variant="default" size="xs" leftSection={<IconTrash size={14} aria-hidden />} onClick={dialog.open}>
        Delete
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title="Delete this alarm?" closeButtonProps={{ 'aria-label': 'Close' }}>
        <Text mb="md">
          <b>{name}</b> will watch nothing any more. What it watched stays, and so does its history.
        </Text>
        {remove.isError && <ErrorNote title="It was not deleted, and goes on watching" error={remove.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={dialog.close} data-autofocus>
            Keep it
          </Button>
          <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </Group>
      </Modal>
    </>
  );
}
