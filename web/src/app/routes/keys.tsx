import { PageHeader } from '@/components/layout/page-header';
import { CreateKey } from '@/features/keys/components/create-key';
import { KeysPanel } from '@/features/keys/components/keys-panel';

/** The keys of programs. */
export function KeysRoute() {
  return (
    <>
      <PageHeader actions={<CreateKey />}>With a key a program proves who it is.</PageHeader>
      <KeysPanel />
    </>
  );
}
