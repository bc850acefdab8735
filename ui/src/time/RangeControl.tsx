import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import classes from './RangeControl.module.css';
import { periodWords } from './format';
import { CHART_PERIODS_MAX, isRelative, isTooLong, parseRangeText, QUICK_RANGES } from './range';
import { useZone } from './Time';

interface Props {
  from: string | undefined;
  to: string | undefined;
  /** Seconds, where the chart has no other period: ranges too long for it cannot be chosen. */
  fixedPeriod?: number;
}

/** Quick ranges and free text. What is chosen goes into the URL as it was said: `now-6h` stays relative. */
export function RangeControl({ from, to, fixedPeriod }: Props) {
  const navigate = useNavigate();
  const zone = useZone();
  const goTo = (range: { from?: string; to?: string }) => void navigate({ to: '.', search: (old) => ({ ...old, from: undefined, to: undefined, ...range }) });
  const isUpToNow = to === undefined || to === 'now';

  return (
    <div className={classes.range}>
      <div role="group" aria-label="Time range" className={classes.quick}>
        <QuickButton label="Auto" words="as much as suits the metric" isOn={!from} onClick={() => goTo({})} />
        {QUICK_RANGES.map((range) => (
          <QuickButton
            key={range.label}
            label={range.label}
            words={range.words}
            isOn={from === range.from && isUpToNow}
            onClick={() => goTo({ from: range.from })}
            whyNot={fixedPeriod !== undefined && isTooLong(range, fixedPeriod) ? tooLongWords(fixedPeriod) : undefined}
          />
        ))}
      </div>
      <RangeField
        text={rangeText(from, to, zone)}
        onRange={(range) => goTo({ from: range.from, to: range.to === 'now' ? undefined : range.to })}
      />
    </div>
  );
}

const oneTimeText = (time: string, zone: 'utc' | 'local') => {
  if (isRelative(time)) return time;
  if (zone === 'utc') return time.replace(/T00:00:00Z$/, '');
  const at = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
};

function rangeText(from: string | undefined, to: string | undefined, zone: 'utc' | 'local'): string {
  return from ? `${oneTimeText(from, zone)}..${oneTimeText(to ?? 'now', zone)}` : '';
}

const tooLongWords = (periodSeconds: number) => `too long for a chart with a point per ${periodWords(periodSeconds)}, which has at most ${CHART_PERIODS_MAX.toLocaleString('en-GB')}`;

interface QuickButtonProps {
  label: string;
  words: string;
  isOn: boolean;
  onClick: () => void;
  /** Why it cannot be chosen; it can still be reached, so that this is read. */
  whyNot?: string;
}

function QuickButton({ label, words, isOn, onClick, whyNot }: QuickButtonProps) {
  return (
    <Button
      size="compact-sm"
      variant={isOn ? 'filled' : 'default'}
      aria-pressed={isOn}
      aria-label={`${label}: ${words}${whyNot ? `, ${whyNot}` : ''}`}
      aria-disabled={whyNot !== undefined || undefined}
      data-disabled={whyNot !== undefined || undefined}
      title={whyNot && `The ${words}: ${whyNot}`}
      onClick={() => whyNot === undefined && onClick()}
    >
      {label}
    </Button>
  );
}

function RangeField({ text, onRange }: { text: string; onRange: (range: { from: string; to: string }) => void }) {
  const zone = useZone();
  const [typed, setTyped] = useState(text);
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    setTyped(text);
    setWrong(false);
  }, [text]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const range = parseRangeText(typed, zone);
    setWrong(range === null);
    if (range) onRange(range);
  };
  return (
    <form onSubmit={submit} className={classes.field}>
      <TextInput
        size="xs"
        aria-label="Time range as text"
        placeholder="now-6h or 2013-11-01..2013-12-01"
        title={`A date without a zone is meant in ${zone === 'utc' ? 'UTC' : 'local time'}`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={isWrong && 'Write it like now-6h, now-7d..now-1d, or 2013-11-01..2013-12-01'}
      />
    </form>
  );
}
