import { Button, CopyButton, Group, NumberInput } from '@mantine/core';
import { IconCheck, IconLink } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ExploreSearch } from '../search';
import { RangeControl } from '../time/RangeControl';
import classes from './ExploreControls.module.css';

/** What holds for all charts of the page. */
export function ExploreControls({ search }: { search: ExploreSearch }) {
  return (
    <div className={classes.controls}>
      <RangeControl from={search.from} to={search.to} />
      <Group gap="xs" wrap="nowrap">
        <WidthField k={search.k} />
        <CopyButton value={location.href}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconLink size={14} aria-hidden />}
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy link'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}

function WidthField({ k }: { k: number | undefined }) {
  const navigate = useNavigate();
  const choose = (value: string | number) => {
    const chosen = typeof value === 'number' && value >= 0.1 && value <= 10 && value !== 2 ? value : undefined;
    void navigate({ to: '.', search: (old) => ({ ...old, k: chosen }), replace: true, resetScroll: false });
  };
  return (
    <Group gap={6} wrap="nowrap">
      <label htmlFor="band-k" className={classes.label}>
        Band width k
      </label>
      <NumberInput id="band-k" size="xs" w={76} min={0.1} max={10} step={0.5} decimalScale={2} value={k ?? 2} onChange={choose} />
    </Group>
  );
}
