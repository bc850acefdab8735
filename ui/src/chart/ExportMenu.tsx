import { Button, Menu, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload, IconFileTypeCsv, IconTerminal2 } from '@tabler/icons-react';
import type { Chart } from '../api/types';
import { CommandBox } from '../parts/CommandBox';
import { awsCliOf, csvOf } from './model';

/** Hands a text to the browser as a file; nothing is asked of the server again. */
function download(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

const fileName = (chart: Chart) => `${chart.metric.name}-${chart.stat}-${chart.from.slice(0, 10)}.csv`.replaceAll(/[^\w.-]+/g, '_');

export function ExportMenu({ chart }: { chart: Chart }) {
  const [isCliOpen, cli] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="default" leftSection={<IconDownload size={14} aria-hidden />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFileTypeCsv size={16} aria-hidden />} onClick={() => download(fileName(chart), 'text/csv', csvOf(chart))}>
            CSV file
          </Menu.Item>
          <Menu.Item leftSection={<IconTerminal2 size={16} aria-hidden />} onClick={cli.open}>
            AWS CLI command
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isCliOpen} onClose={cli.close} title="The same numbers by AWS CLI" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
        <CommandBox label="AWS CLI command" text={awsCliOf(chart, location.origin)} />
      </Modal>
    </>
  );
}
