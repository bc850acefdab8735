import { Text } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** What was done on the page before, such as a deletion; gone with the next step, also one back. */
export function Said() {
  const said = useLocation({ select: (location) => location.state.said ?? '' });
  // A live region that appears with its text is not announced.
  const [shown, setShown] = useState('');
  useEffect(() => setShown(said), [said]);
  return (
    <Text size="sm" role="status" mb={shown ? 'sm' : 0}>
      {shown}
    </Text>
  );
}
