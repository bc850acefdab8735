import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../api/client';
import { refusalWords } from '../api/words';
import { CopyButton } from './CopyButton';

const details = (error: unknown) =>
  error instanceof ApiError
    ? `${error.message}\ncode: ${error.code} (${error.status})\nrequest id: ${error.requestId ?? 'none'}`
    : String(error);

interface Props {
  /** What did not happen, as a sentence: "The alarm was not created". */
  title: string;
  error: unknown;
  onRetry?: () => void;
}

/** What JavaScript itself makes an error of, such as a member that is not there, says nothing to a person: it is in the details. */
function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return refusalWords(error);
  return error instanceof Error && error.name === 'Error' ? error.message : 'The answer was not understood.';
}

/** What failed, in the server's words, and what can be done about it. */
export function ErrorNote({ title, error, onRetry }: Props) {
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  const isSignedOut = error instanceof ApiError && error.isSignedOut;
  return (
    <Alert color="orange" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert" styles={{ title: { color: 'var(--tm-warning-text)' } }}>
      <Text size="sm">{wordsOf(error)}</Text>
      {requestId && (
        <Text size="xs" mt={4}>
          Request id <Code>{requestId}</Code>
        </Text>
      )}
      <Group gap="xs" mt="sm">
        {isSignedOut && (
          <Button size="xs" onClick={() => location.reload()}>
            Reload
          </Button>
        )}
        {onRetry && !isSignedOut && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        <CopyButton text={() => details(error)} label="Copy details" size="xs" variant="subtle" color="gray" />
      </Group>
    </Alert>
  );
}
