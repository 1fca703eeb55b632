import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card';
import { Facts } from '@/components/record-sheet';
import { Untrusted } from '@/components/untrusted';
import type { Me } from '@/lib/access/session';
import { ROLES } from '@/lib/access/roles';
import { ChangePassword } from './change-password';
import { TwoSteps } from './two-steps';

/** The own account of a person. */
export function AccountPanel({ name, account }: { name: string; account: NonNullable<Me['account']> }) {
  const role = ROLES.find((each) => each.role === account.role);
  return (
    <div className="grid max-w-5xl items-start gap-4 lg:grid-cols-2">
      <Card className="lg:col-span-2">
        <CardContent className="pt-4">
          <Facts
            facts={[
              { name: 'Name', value: <Untrusted className="font-medium wrap-anywhere">{name}</Untrusted> },
              {
                name: 'E-mail address',
                value: <Untrusted className="wrap-anywhere">{account.email}</Untrusted>,
              },
              { name: 'Role', value: role ? `${role.label}: ${role.may}` : account.role },
            ]}
          />
          <p className="mt-3 text-xs text-muted-foreground">
            {account.from_provider
              ? 'The provider with which you sign in says all of it, at each sign-in.'
              : 'An admin changes name and role.'}
          </p>
        </CardContent>
      </Card>
      {!account.from_provider && <OwnSecrets account={account} />}
    </div>
  );
}

/** Password and authenticator, for people who have them here. */
function OwnSecrets({ account }: { account: NonNullable<Me['account']> }) {
  return (
    <>
      <Card>
        <CardHeader>
          <CardTitle>Password</CardTitle>
        </CardHeader>
        <CardContent>
          <ChangePassword email={account.email} />
        </CardContent>
      </Card>
      <Card>
        <CardHeader>
          <CardTitle>Sign-in in two steps</CardTitle>
        </CardHeader>
        <CardContent>
          <TwoSteps enabled={account.totp_enabled} codesLeft={account.recovery_codes_left} />
        </CardContent>
      </Card>
    </>
  );
}
