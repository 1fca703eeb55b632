import { Welcome } from '@/features/access/components/welcome';

/** Where one-time links lead. */
export function WelcomeRoute() {
  return <Welcome />;
}
