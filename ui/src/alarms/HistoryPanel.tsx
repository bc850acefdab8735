import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { historyQuery } from '../api/queries';
import type { HistoryItem } from '../api/types';
import { Empty } from '../parts/Empty';
import { Panel } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import { StateBadge } from '../parts/StateBadge';
import { PeriodTime, Time } from '../time/Time';
import { Words } from '../time/Words';
import { WordsZone } from '../time/WordsZone';
import classes from './HistoryPanel.module.css';
import { shortArns } from './words';

/** What happened lately; the panels after it must not be pages away on a phone. */
const ITEMS_FIRST = 20;
const ITEMS_MAX = 1000;

export function HistoryPanel({ alarmRef }: { alarmRef: string }) {
  const [limit, setLimit] = useState(ITEMS_FIRST);
  const options = historyQuery(alarmRef, limit);
  const query = useQuery(options);
  return (
    <Panel title="History">
      <QueryPanel what="the history" query={query} queryKey={options.queryKey}>
        {({ items }) => (
          <>
            {items.length === 0 && <Empty title="Nothing has happened yet" why="Changes of state and of the rule appear here." />}
            <WordsZone of={items.map((item) => item.reason)} />
            <ol className={classes.list} aria-label="History, newest first">
              {items.map((item) => (
                <HistoryEntry key={item.id} item={item} />
              ))}
            </ol>
            {items.length >= limit && limit < ITEMS_MAX && (
              <Button size="xs" variant="default" onClick={() => setLimit(Math.min(limit * 4, ITEMS_MAX))}>
                Show older
              </Button>
            )}
          </>
        )}
      </QueryPanel>
    </Panel>
  );
}

function HistoryEntry({ item }: { item: HistoryItem }) {
  return (
    <li className={classes.item}>
      <span className={classes.when}>
        <Time at={item.at} />
        {item.period_at && item.period_s && (
          <>
            , for the period <PeriodTime at={item.period_at} periodSeconds={item.period_s} />
          </>
        )}
      </span>
      {item.new_state ? (
        <span className={classes.states}>
          {item.old_state && (
            <>
              <StateBadge state={item.old_state} />
              <IconArrowRight size={14} role="img" aria-label="to" />
            </>
          )}
          <StateBadge state={item.new_state} />
        </span>
      ) : (
        <span className={item.type === 'Action' ? classes.when : undefined}>{item.type === 'Action' ? shortArns(item.summary) : item.summary}</span>
      )}
      {item.reason && (
        <span className={classes.reason}>
          <Words text={item.reason} />
        </span>
      )}
    </li>
  );
}
