import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Backtest, Firing } from '../api/types';
import { Empty } from '../parts/Empty';
import { durationText } from '../time/format';
import { PeriodTime, Time } from '../time/Time';
import { Words } from '../time/Words';
import { isSilent } from './words';
import classes from './BacktestResult.module.css';

/** The chart below must stay in sight while the rule is edited. */
const FIRST = 3;

/** When an alarm would have fired: the sentence first, then each time with its reason. */
export function BacktestResult({ result }: { result: Backtest }) {
  const isTooLittle = result.firings_total === 0 && isSilent(result.past);
  return (
    <div role="status">
      {isTooLittle ? (
        <Empty title={result.past === 'open' ? 'Nothing to judge yet' : 'Too little history'} why={result.past_words} />
      ) : (
        <>
          <p className={classes.sentence}>{result.sentence}</p>
          {result.past_words && (
            <Text size="sm" c="var(--tm-dim-text)">
              {result.past_words}
            </Text>
          )}
          <Firings firings={result.firings} total={result.firings_total} periodSeconds={result.period_s} />
        </>
      )}
    </div>
  );
}

/** Each by the period that it is judged on, as the history names it too: when a live alarm had its data, nobody kept. */
function Firings({ firings, total, periodSeconds }: { firings: Firing[]; total: number; periodSeconds: number }) {
  const [isWhole, setIsWhole] = useState(false);
  if (firings.length === 0) return null;
  return (
    <>
      <ol className={classes.list} aria-label="When it would have fired, newest first">
        {(isWhole ? firings : firings.slice(0, FIRST)).map((firing) => (
          <li key={firing.began} className={classes.item}>
            <span>
              {firing.period_at ? <PeriodTime at={firing.period_at} periodSeconds={periodSeconds} /> : <Time at={firing.began} />}
              <span className={classes.dim}>{firing.ended === null ? ', still on at the end' : `, for ${durationText(firing.seconds)}`}</span>
            </span>
            {firing.told !== undefined && firing.told !== firing.began && (
              <span>
                told <Time at={firing.told} />, when the mute ended
              </span>
            )}
            <span className={classes.dim}>
              <Words text={firing.reason_words || firing.reason} />
            </span>
          </li>
        ))}
      </ol>
      {!isWhole && firings.length > FIRST && (
        <Button size="xs" variant="default" onClick={() => setIsWhole(true)}>
          Show all {firings.length}
        </Button>
      )}
      {isWhole && firings.length < total && (
        <Text size="sm" c="var(--tm-dim-text)">
          These are the newest {firings.length} of {total}.
        </Text>
      )}
    </>
  );
}
