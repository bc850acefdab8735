import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError } from '../api/client';
import { statusQuery, teamBudgetQuery } from '../api/queries';
import { Empty } from '../parts/Empty';
import type { TypedNumber } from '../parts/number';
import { NumberField } from '../parts/NumberField';
import { Panel } from '../parts/Panel';
import { LinesSkeleton, QueryPanel } from '../parts/QueryPanel';
import type { AlarmsSearch } from '../search';
import { numberText } from '../time/format';
import formClasses from './AlarmForm.module.css';
import { DAYS_DEFAULT, requestOf, TEAM_MAX } from './budget';
import { TeamResult } from './TeamResult';

const PER_WEEK_MAX = 10_000;
const DAYS = [7, 14, 28, 90];

/** The part of the URL that asks. */
export type Question = Pick<AlarmsSearch, 'week' | 'days' | 'prefix' | 'tag'>;

interface Props {
  search: AlarmsSearch;
  onAsk: (question: Question) => void;
}

/** How wide must the bands of a team be, so that its alarms together fire about N times a week? */
export function TeamBudgetPage({ search, onAsk }: Props) {
  const wanted = requestOf(search);
  const options = teamBudgetQuery(wanted);
  const query = useQuery(options);
  const isNobody = query.error instanceof ApiError && query.error.status === 404 && !query.isFetching;
  return (
    <div className={formClasses.fields}>
      {/* Anew with each question of the URL: Back puts the fields back as well. */}
      <QuestionForm key={JSON.stringify(wanted)} search={search} onAsk={(question) => (JSON.stringify(requestOf(question)) === JSON.stringify(wanted) ? void query.refetch() : onAsk(question))} isBusy={query.isFetching} />
      {isNobody && <Empty title="There is no such alarm" why={search.tag ? `None has the tag ${search.tag}.` : search.prefix ? `No name begins with “${search.prefix}”.` : 'Without alarms there is nothing to keep within a budget.'} />}
      {wanted && !isNobody && (
        <QueryPanel what="the team's budget" query={query} queryKey={options.queryKey} skeleton={<LinesSkeleton lines={5} />}>
          {(team) => <TeamResult team={team} days={search.days ?? DAYS_DEFAULT} />}
        </QueryPanel>
      )}
    </div>
  );
}

type Who = 'all' | 'prefix' | 'tag';

function QuestionForm({ search, onAsk, isBusy }: Props & { isBusy: boolean }) {
  const [week, setWeek] = useState<TypedNumber>(search.week ?? 5);
  const [days, setDays] = useState(String(search.days ?? DAYS_DEFAULT));
  const { data: status } = useQuery(statusQuery());
  const total = status?.counts.alarms ?? 0;
  const isTooMany = total > TEAM_MAX;
  const [chosen, setWho] = useState<Who | null>(search.tag ? 'tag' : search.prefix ? 'prefix' : null);
  const who = chosen ?? (isTooMany ? 'prefix' : 'all');
  const [name, setName] = useState(search.tag ?? search.prefix ?? '');
  const [isAsked, setAsked] = useState(false);
  const weekError = week !== '' && week >= 0 && week <= PER_WEEK_MAX ? null : 'A number, 0 or more';
  const nameError = nameErrorOf(who, name.trim());

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (weekError || nameError) return;
    onAsk({ week: Number(week), days: Number(days) === DAYS_DEFAULT ? undefined : Number(days), prefix: who === 'prefix' ? name.trim() : undefined, tag: who === 'tag' ? name.trim() : undefined });
  };
  return (
    <Panel title="How many alarms a week are acceptable?">
      <form onSubmit={submit} noValidate>
        <div className={formClasses.grid}>
          <NumberField label="Alarms a week, together" min={0} max={PER_WEEK_MAX} step={1} value={week} error={isAsked && weekError} onValue={setWeek} />
          <Select label="Which alarms" allowDeselect={false} value={who} onChange={(value) => value && setWho(value as Who)} data={whoOptions(isTooMany)} />
          {who !== 'all' && (
            <TextInput
              label={who === 'tag' ? 'Tag' : 'Their names begin with'}
              placeholder={who === 'tag' ? 'team=data' : 'orders-'}
              value={name}
              error={isAsked && nameError}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          <Select label="Tried on" allowDeselect={false} value={days} onChange={(value) => value && setDays(value)} data={daysOptions(Number(days))} />
        </div>
        {isTooMany && name.trim() === '' && (
          <Text size="sm" mt="sm">
            There are {numberText(total)} alarms, and at most {TEAM_MAX} can be worked out together: choose some of them.
          </Text>
        )}
        <Group mt="sm" gap="sm">
          <Button type="submit" loading={isBusy} disabled={isTooMany && who === 'all'}>
            Work it out
          </Button>
          <Text size="sm" c="var(--tm-dim-text)">
            Takes up to a second for each alarm, and changes nothing.
          </Text>
        </Group>
      </form>
    </Panel>
  );
}

const whoOptions = (isTooMany: boolean): { value: Who; label: string; disabled?: boolean }[] => [
  { value: 'all', label: isTooMany ? 'all alarms: too many' : 'all alarms', disabled: isTooMany },
  { value: 'prefix', label: 'those whose names begin with…' },
  { value: 'tag', label: 'those with a tag…' },
];

const daysOptions = (chosen: number) => [...new Set([...DAYS, chosen])].sort((a, b) => a - b).map((days) => ({ value: String(days), label: `the last ${days === 1 ? 'day' : `${days} days`}` }));

function nameErrorOf(who: Who, name: string): string | null {
  if (who === 'prefix' && name === '') return 'How do their names begin?';
  return who === 'tag' && !/^[^=]+=/.test(name) ? 'Write it as KEY=VALUE' : null;
}
