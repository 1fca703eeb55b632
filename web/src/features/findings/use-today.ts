import { useNow } from '@/lib/use-now';

const DAY_MS = 86_400_000;

/** A moment of the present UTC day that changes once a day: for what depends on the day alone. */
export function useToday(): number {
  return Math.floor(useNow() / DAY_MS) * DAY_MS;
}
