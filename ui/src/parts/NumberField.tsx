import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';

type Value = number | '';

const numberOf = (text: string | number): Value => (text === '' || Number.isNaN(Number(text)) ? '' : Number(text));

/** A field for any number. What is half typed ("2.", "-") stays as it was typed: written back as a number it would be lost. */
export function NumberField({ value, onValue, ...rest }: Omit<NumberInputProps, 'value' | 'onChange'> & { value: Value; onValue: (value: Value) => void }) {
  const [text, setText] = useState<string | number>(value);
  return (
    <NumberInput
      {...rest}
      value={numberOf(text) === value ? text : value}
      onChange={(typed) => {
        setText(typed);
        onValue(numberOf(typed));
      }}
    />
  );
}
