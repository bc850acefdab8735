import type { Alarm, AlarmState } from '../api/types';
import { Breakable } from '../parts/Breakable';
import { alarmStateWords } from '../parts/StateBadge';
import classes from './AlarmRule.module.css';
import { howToChangeWords, missingWords, queryWords, ruleSentence, watchedWords } from './words';

const STATES: AlarmState[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];

export function AlarmRule({ alarm }: { alarm: Alarm }) {
  return (
    <dl className={classes.rule}>
      <div>
        <dt>Goes into alarm when</dt>
        <dd>{ruleSentence(alarm)}</dd>
      </div>
      <Watched alarm={alarm} />
      <div>
        <dt>Missing data</dt>
        <dd>{missingWords(alarm.treat_missing_data)}.</dd>
      </div>
      <div>
        <dt>Region</dt>
        <dd>{alarm.region}</dd>
      </div>
      {STATES.map((state) => {
        const told = alarm.actions.filter((action) => action.on === state);
        if (told.length === 0) return null;
        return (
          <div key={state}>
            <dt>On “{alarmStateWords(state)}”</dt>
            {told.map(({ arn }) => (
              <dd key={arn} className={classes.arn}>
                {arn}
              </dd>
            ))}
          </div>
        );
      })}
      {alarm.actions.length === 0 && (
        <div>
          <dt>Told</dt>
          <dd>No one: this alarm has no actions.</dd>
        </div>
      )}
      {!alarm.version && (
        <div>
          <dt>To change it</dt>
          <dd>{howToChangeWords(alarm)}</dd>
        </div>
      )}
    </dl>
  );
}

/** What the rule is about, by its whole name: equal names are there in many namespaces. */
function Watched({ alarm }: { alarm: Alarm }) {
  if (alarm.stat !== null) {
    return (
      <div>
        <dt>Metric</dt>
        <dd>
          <Breakable text={watchedWords(alarm)} />
        </dd>
      </div>
    );
  }
  if (!alarm.queries) return null;
  return (
    <div>
      <dt>Expression</dt>
      {alarm.queries.map((query) => (
        <dd key={query.id}>
          <code>{query.id}</code> = <Breakable text={queryWords(query)} />
        </dd>
      ))}
    </div>
  );
}
