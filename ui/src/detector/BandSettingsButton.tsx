import { Button } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { detectorsQuery } from '../api/queries';
import type { Chart } from '../api/types';
import { PanelBoundary } from '../parts/PanelBoundary';
import { part } from '../parts/part';
import { useEver } from '../parts/useEver';

const BandDrawer = lazy(part(() => import('./BandDrawer')));

/** Opens the choices of the detector behind a chart; nothing where none watches it. */
export function BandSettingsButton({ chart }: { chart: Chart }) {
  const [isOpen, setOpen] = useState(false);
  const isNeeded = useEver(isOpen);
  const { data } = useQuery({ ...detectorsQuery(chart.metric.id), enabled: chart.detector !== null });
  const detector = chart.detector && data?.detectors.find((d) => d.stat === chart.stat);
  if (!detector) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconAdjustments size={14} aria-hidden />} onClick={() => setOpen(true)}>
        Band settings
      </Button>
      {isNeeded && (
        <PanelBoundary what="the band settings">
          <Suspense>
            <BandDrawer isOpen={isOpen} onClose={() => setOpen(false)} detector={detector} chart={chart} />
          </Suspense>
        </PanelBoundary>
      )}
    </>
  );
}
