import { Alert, Button, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { ApiError, getJson } from '../api/client';

const LOOK_AGAIN_MS = 3000;
/** A page that is loaded anew by itself and misses the part again within this time would go round in circles. */
const ANEW_AT_MOST_EVERY_MS = 60_000;
const ANEW_AT = 'tidemark-loaded-anew-at';

type Hope = 'looking' | 'away' | 'signed out' | 'none';

const hasJustBeenLoadedAnew = () => Date.now() - Number(sessionStorage.getItem(ANEW_AT) ?? 0) < ANEW_AT_MOST_EVERY_MS;

const WORDS: Record<Hope, string> = {
  looking: 'It is being loaded…',
  away: 'The server cannot be reached. This is loaded by itself as soon as it answers.',
  'signed out': 'You are signed out. Reload to sign in.',
  none: 'The server answers, but this part of the pages could not be loaded, not even anew.',
};

/** In the place of a part that could not be loaded. Loads the page anew as soon as the server answers, which a browser cannot do without one. */
export function PartMissingNote({ what }: { what: string }) {
  const [hope, setHope] = useState<Hope>(() => (hasJustBeenLoadedAnew() ? 'none' : 'looking'));
  const isHopeless = hope === 'none';
  useEffect(() => {
    if (isHopeless) return;
    let isStopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        await getJson('/status');
      } catch (error) {
        if (isStopped) return;
        setHope(error instanceof ApiError && error.isSignedOut ? 'signed out' : 'away');
        timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
        return;
      }
      if (isStopped) return;
      sessionStorage.setItem(ANEW_AT, String(Date.now()));
      location.reload();
    };
    void look();
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }, [isHopeless]);

  return (
    <Alert color="orange" variant="light" icon={<IconPlugConnectedX aria-hidden />} title={`Cannot show ${what}`} role="alert" styles={{ title: { color: 'var(--tm-warning-text)' } }}>
      <Text size="sm">{WORDS[hope]}</Text>
      {hope === 'signed out' && (
        <Button size="xs" mt="sm" onClick={() => location.reload()}>
          Reload
        </Button>
      )}
      {isHopeless && (
        <Button size="xs" variant="default" mt="sm" onClick={() => setHope('looking')}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
