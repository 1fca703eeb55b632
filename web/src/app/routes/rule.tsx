import { useParams } from 'react-router';
import { RulePage } from '@/features/rules/components/rule-page';

/** One rule. */
export function RuleRoute() {
  const { id = '' } = useParams();
  return <RulePage key={id} id={id} />;
}
