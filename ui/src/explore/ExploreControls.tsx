import { Group } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { CopyButton } from '../parts/CopyButton';
import type { TypedNumber } from '../parts/number';
import { NumberField } from '../parts/NumberField';
import type { ExploreSearch } from '../search';
import { RangeControl } from '../time/RangeControl';
import classes from './ExploreControls.module.css';

const K_MIN = 0.1;
const K_MAX = 10;

/** What holds for all charts of the page. */
export function ExploreControls({ search }: { search: ExploreSearch }) {
  return (
    <div className={classes.controls}>
      <RangeControl from={search.from} to={search.to} />
      <Group gap="xs">
        <WidthField k={search.k} />
        <CopyButton text={() => location.href} label="Copy link" icon={<IconLink size={14} aria-hidden />} instead="Copy the address" size="compact-sm" variant="default" />
      </Group>
    </div>
  );
}

function WidthField({ k }: { k: number | undefined }) {
  const navigate = useNavigate();
  // What is half typed, or refused by the field, leaves the charts as they are.
  const choose = (value: TypedNumber) => {
    if (value === '' || !(value >= K_MIN && value <= K_MAX)) return;
    void navigate({ to: '.', search: (old) => ({ ...old, k: value === 2 ? undefined : value }), replace: true, resetScroll: false });
  };
  return (
    <Group gap={6} wrap="nowrap">
      <label htmlFor="band-k" className={classes.label}>
        Band width k
      </label>
      <NumberField id="band-k" size="xs" w={84} min={K_MIN} max={K_MAX} step={0.5} digits={2} value={k ?? 2} onValue={choose} />
    </Group>
  );
}
