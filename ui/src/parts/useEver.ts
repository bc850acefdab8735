import { useState } from 'react';

/** Whether `isNow` was true at least once: what was loaded for it then stays, so that it can go away as it came. */
export function useEver(isNow: boolean): boolean {
  const [was, setWas] = useState(isNow);
  if (isNow && !was) setWas(true);
  return was || isNow;
}
