import { Fragment } from 'react';

const BETWEEN = ' · ';

/** Dotted or snake_case names that may be broken after their parts, rather than anywhere; what turns the letters of one round ends with it. */
export function Breakable({ text }: { text: string }) {
  return text.split(BETWEEN).map((name, index) => (
    <Fragment key={index}>
      {index > 0 && BETWEEN}
      <bdi>
        <Parts text={name} />
      </bdi>
    </Fragment>
  ));
}

function Parts({ text }: { text: string }) {
  return text.split(/(?<=[._/·-])/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
