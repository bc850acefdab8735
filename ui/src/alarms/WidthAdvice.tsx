import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { postJson } from '../api/client';
import type { Backtest } from '../api/types';
import { ErrorNote } from '../parts/ErrorNote';
import { toBacktest, type Draft } from './draft';
import type { TypedNumber } from '../parts/number';
import { NumberField } from '../parts/NumberField';
import classes from './WidthAdvice.module.css';

const PER_WEEK_MAX = 10_000;

/** Sets the band's width from how many alarms a week someone is willing to get. */
export function WidthAdvice({ draft, onK }: { draft: Draft; onK: (k: number) => void }) {
  const [perWeek, setPerWeek] = useState<TypedNumber>(1);
  // The width is what is asked for: whatever is typed there must not stand in the way.
  const wanted = toBacktest({ ...draft, k: 2 });
  const advice = useMutation({
    mutationFn: (alarms_per_week: number) => postJson<Backtest>('/backtest', { ...wanted, alarms_per_week }),
    onSuccess: ({ width }) => {
      if (width?.k) onK(width.k);
    },
  });
  const isAsked = perWeek !== '' && perWeek >= 0 && perWeek <= PER_WEEK_MAX;
  return (
    <div className={classes.advice}>
      <div className={classes.line}>
        <NumberField
          label="Alarms a week, at most"
          description="Finds the width that keeps within it"
          min={0}
          max={PER_WEEK_MAX}
          step={1}
          value={perWeek}
          onValue={setPerWeek}
        />
        <Button variant="default" loading={advice.isPending} disabled={wanted === null || !isAsked} onClick={() => perWeek !== '' && advice.mutate(perWeek)}>
          Set the width
        </Button>
      </div>
      <div role="status">
        {advice.data?.width && (
          <Text size="sm" mt="xs">
            {advice.data.width.words}
          </Text>
        )}
      </div>
      {advice.isError && <ErrorNote title="No width was set" error={advice.error} />}
    </div>
  );
}
