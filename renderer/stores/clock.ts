import { useEffect, useState } from 'react';

/** Now, as often as it matters: every half minute, or as told. */
export const useNow = (everyMs = 30_000): number => {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};
