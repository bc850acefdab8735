import { Text } from '@mantine/core';
import { CommandBox } from '../parts/CommandBox';
import { Panel } from '../parts/Panel';

const putOneValue = (origin: string) =>
  [
    `export AWS_ENDPOINT_URL=${origin}`,
    'export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any',
    'aws cloudwatch put-metric-data --region us-east-1 --namespace Glue \\',
    '  --metric-name glue.driver.aggregate.recordsRead \\',
    '  --dimensions JobName=my-job --value 42',
  ].join('\n');

/** What a fresh install shows in place of metrics: the way to the first one. */
export function FirstSteps() {
  return (
    <Panel title="Nothing has been received yet">
      <Text size="sm" mb="xs">
        Point a program that uses an AWS SDK at this server, and its CloudWatch metrics arrive here. To see one at once:
      </Text>
      <CommandBox label="Commands that send a first value" text={putOneValue(location.origin)} />
      <Text size="sm" mt="xs" c="var(--tm-dim-text)">
        A server without aws.access_keys takes any key, but AWS programs do not start without one. With aws.access_keys in its configuration,
        export one of those.
      </Text>
    </Panel>
  );
}
