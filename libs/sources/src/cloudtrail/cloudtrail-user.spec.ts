import { cloudTrailUser } from './cloudtrail-user.js';

const ACCOUNT = '123456789012';

describe('cloudTrailUser', () => {
  it.each([
    [{ type: 'Root', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` }, 'root'],
    [{ type: 'IAMUser', userName: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` }, 'alice'],
    [{ type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/team/alice` }, 'team/alice'],
    [
      { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/bob@example.com` },
      'Admin/bob@example.com',
    ],
    [{ type: 'AssumedRole', principalId: 'AROAEXAMPLE:i-0abc' }, 'i-0abc'],
    [{ type: 'FederatedUser', arn: `arn:aws:sts::${ACCOUNT}:federated-user/carol` }, 'carol'],
    [{ type: 'SAMLUser', principalId: 'abc:dave', userName: 'dave' }, 'dave'],
    [{ type: 'WebIdentityUser', identityProvider: 'accounts.example.com' }, 'accounts.example.com'],
    [{ type: 'IdentityCenterUser', onBehalfOf: { userId: 'u-1' } }, 'u-1'],
    [{ type: 'AWSService', invokedBy: 'ec2.amazonaws.com' }, 'ec2.amazonaws.com'],
    [{ type: 'AWSAccount', principalId: 'AIDAEXAMPLE', accountId: ACCOUNT }, 'AIDAEXAMPLE'],
    [{ type: 'Unknown', userName: 'erin' }, 'erin'],
    [{ accountId: ACCOUNT }, ACCOUNT],
    [{ type: 'AssumedRole', arn: 7, principalId: null }, 'unknown'],
    [undefined, 'unknown'],
    ['text', 'unknown'],
  ])('names the actor of %j', (identity, user) => {
    expect(cloudTrailUser(identity)).toBe(user);
  });
});
