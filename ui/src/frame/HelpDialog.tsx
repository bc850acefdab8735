import { Kbd, Modal, Switch, Table } from '@mantine/core';
import { SHORTCUTS, type Shortcuts } from './shortcuts';

export function HelpDialog({ shortcuts }: { shortcuts: Shortcuts }) {
  return (
    <Modal opened={shortcuts.isHelpOpen} onClose={shortcuts.closeHelp} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table>
        <Table.Tbody>
          {SHORTCUTS.map(({ keys, words }) => (
            <Table.Tr key={keys}>
              <Table.Th scope="row">
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Th>
              <Table.Td>{words}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label="Use single-key shortcuts"
        checked={shortcuts.areOn}
        onChange={(event) => shortcuts.setOn(event.currentTarget.checked)}
      />
    </Modal>
  );
}
