import { TextInput, type TextInputProps } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import classes from './NumberField.module.css';
import { numberFault, readNumber, stepped, type Bounds, type TypedNumber } from './number';

interface Props extends Omit<TextInputProps, 'value' | 'onChange' | 'min' | 'max' | 'step'>, Bounds {
  value: TypedNumber;
  /** NaN where the text is no number: a form must not be sent with it. */
  onValue: (value: TypedNumber) => void;
  /** Of the arrows up and down; without it there are none. */
  step?: number;
  /** After the point, of a value from outside: a width of 2.5758293 is worth no more than 2.58. */
  digits?: number;
  /** Behind the number, no part of it. */
  unit?: string;
}

function textOf(value: TypedNumber, digits: number | undefined): string {
  if (value === '' || Number.isNaN(value)) return '';
  return String(digits === undefined ? value : Number(value.toFixed(digits)));
}

/** A field for any number. What is typed stays as it was typed; what cannot be read, or is out of bounds, is said and never made to fit. */
export function NumberField({ value, onValue, min, max, step, digits, unit, error, onBlur, ...rest }: Props) {
  const [text, setText] = useState(textOf(value, digits));
  const [shown, setShown] = useState(value);
  const [isTyping, setTyping] = useState(false);
  // Given to `onValue` and not yet come back as `value`, which a value in the URL does with a delay: more may be typed by then.
  const [sent, setSent] = useState<TypedNumber[]>([]);
  if (!Object.is(shown, value)) {
    setShown(value);
    const at = sent.findIndex((each) => Object.is(each, value));
    setSent(sent.slice(at < 0 ? sent.length : at + 1));
    if (at < 0 && !Object.is(readNumber(text), value)) setText(textOf(value, digits));
  }
  // Not yet while it is half typed, as "1e" is.
  const fault = isTyping && !error ? '' : numberFault(text, { min, max });

  const take = (typed: string) => {
    const read = readNumber(typed);
    setText(typed);
    setSent((old) => [...old, read]);
    onValue(read);
  };
  const move = (by: number) => {
    const from = readNumber(text);
    if (Number.isNaN(from)) return;
    const to = stepped(from === '' ? 0 : from, by);
    take(String(Math.min(Math.max(to, min ?? to), max ?? to)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: step, ArrowDown: step && -step }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by);
  };
  return (
    <TextInput
      {...rest}
      inputMode={min === undefined || min < 0 ? 'text' : 'decimal'}
      autoComplete="off"
      value={text}
      error={fault || error}
      rightSection={unit ?? (step !== undefined && <Steps onStep={(up) => move(up ? step : -step)} />)}
      rightSectionWidth={unit === undefined ? 24 : undefined}
      rightSectionPointerEvents={unit === undefined ? 'all' : 'none'}
      onChange={(event) => {
        setTyping(true);
        take(event.currentTarget.value);
      }}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        setTyping(false);
        setSent([]);
        // Who uses the field did not take its being empty.
        if (text.trim() === '') setText(textOf(value, digits));
        onBlur?.(event);
      }}
    />
  );
}

/** For the mouse; the keyboard has its arrows. */
function Steps({ onStep }: { onStep: (up: boolean) => void }) {
  return (
    <span className={classes.steps} aria-hidden>
      {[true, false].map((up) => (
        <button key={String(up)} type="button" tabIndex={-1} className={classes.step} onMouseDown={(event) => event.preventDefault()} onClick={() => onStep(up)}>
          {up ? <IconChevronUp size={12} /> : <IconChevronDown size={12} />}
        </button>
      ))}
    </span>
  );
}
