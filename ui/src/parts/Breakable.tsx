import { Fragment } from 'react';

/** A dotted or snake_case name that may be broken after its parts, rather than anywhere. */
export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[._/·-])/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
