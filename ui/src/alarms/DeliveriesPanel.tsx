import { IconCircleCheck, IconClock, IconMail, IconMailX, IconSend, IconTerminal2, IconUserOff, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { deliveriesQuery, topicsQuery } from '../api/queries';
import type { Alarm, Delivery } from '../api/types';
import { Empty } from '../parts/Empty';
import { Panel } from '../parts/Panel';
import { QueryPanel } from '../parts/QueryPanel';
import { alarmStateWords } from '../parts/StateBadge';
import { Time } from '../time/Time';
import classes from './DeliveriesPanel.module.css';
import { nobodyWords } from './words';

/** The protocol of a message that went to no one: its topic is gone, or nothing here can send to it. */
const NOBODY = 'none';

const STATE_ICONS = { delivered: IconCircleCheck, pending: IconClock, dead: IconMailX };
const WEBHOOK = { Icon: IconWebhook, words: 'webhook' };
const PROTOCOLS = new Map([
  ['email', { Icon: IconMail, words: 'e-mail' }],
  ['http', WEBHOOK],
  ['https', WEBHOOK],
  ['runbook', { Icon: IconTerminal2, words: 'runbook' }],
  [NOBODY, { Icon: IconUserOff, words: 'Nobody' }],
]);

/** What this page does not know, a newer server sends: its own word for it says more than nothing. */
const protocolOf = (protocol: string) => PROTOCOLS.get(protocol) ?? { Icon: IconSend, words: protocol };

export function DeliveriesPanel({ alarm }: { alarm: Alarm }) {
  const options = deliveriesQuery(alarm.ref);
  const query = useQuery(options);
  return (
    <Panel title="Who was told">
      <QueryPanel what="the deliveries" query={query} queryKey={options.queryKey}>
        {({ deliveries }) =>
          deliveries.length === 0 ? (
            <NobodyTold alarm={alarm} />
          ) : (
            <ul className={classes.list}>
              {deliveries.map((delivery) => (
                <DeliveryItem key={delivery.id} delivery={delivery} />
              ))}
            </ul>
          )
        }
      </QueryPanel>
    </Panel>
  );
}

/** Whether somebody will be, or what is in the way. */
function NobodyTold({ alarm }: { alarm: Alarm }) {
  const topics = useQuery(topicsQuery());
  const obstacle = nobodyWords(alarm, topics.data?.topics ?? []);
  return <Empty title="No one has been told yet" why={obstacle || 'Messages and runbooks appear here once the alarm changes its state.'} />;
}

function stateWords({ state, attempts, protocol }: Delivery): string {
  if (protocol === NOBODY) return 'Not sent';
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`;
  if (state === 'delivered') return attempts > 1 ? `Delivered after ${tries}` : 'Delivered';
  if (state === 'dead') return `Given up after ${tries}`;
  return attempts === 0 ? 'On the way' : `Failed ${attempts === 1 ? 'once' : `${attempts} times`}, trying again`;
}

/** Which change of state it tells, in data time as the history has it. */
function Told({ delivery: { transition, created_at } }: { delivery: Delivery }) {
  if (!transition) {
    return (
      <>
        For a change told on <Time at={created_at} />
      </>
    );
  }
  return (
    <>
      For the change from {alarmStateWords(transition.old_state)} to {alarmStateWords(transition.new_state)} on <Time at={transition.at} />
    </>
  );
}

function DeliveryItem({ delivery }: { delivery: Delivery }) {
  const StateIcon = STATE_ICONS[delivery.state];
  const protocol = protocolOf(delivery.protocol);
  return (
    <li className={classes.item}>
      <span className={classes.line}>
        <protocol.Icon size={16} aria-hidden />
        {protocol.words}
        {delivery.endpoint && <span className={classes.endpoint}>{delivery.endpoint}</span>}
      </span>
      <span className={classes.line}>
        <span className={classes.state} data-state={delivery.state}>
          <StateIcon size={16} aria-hidden />
          {stateWords(delivery)}
        </span>
        {delivery.finished_at && (
          <span className={classes.dim}>
            on <Time at={delivery.finished_at} /> by the machine’s clock
          </span>
        )}
      </span>
      <span className={classes.dim}>
        <Told delivery={delivery} />
      </span>
      {delivery.last_error && delivery.state !== 'delivered' && <span className={classes.dim}>{delivery.last_error}</span>}
      {delivery.output && (
        <details>
          <summary>Output</summary>
          <pre className={classes.output} tabIndex={0} role="group" aria-label={`Output of ${delivery.endpoint}`}>
            {delivery.output}
          </pre>
        </details>
      )}
    </li>
  );
}
