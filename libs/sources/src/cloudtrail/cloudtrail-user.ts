import { isObject } from '../kit/index.js';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** What follows the resource type in an ARN: `arn:aws:sts::1:assumed-role/Admin/alice` gives `Admin/alice`. */
function arnName(arn: unknown): string | undefined {
  const resource = text(arn)?.split(':').slice(5).join(':');
  if (resource === undefined || resource === '') return undefined;
  const slash = resource.indexOf('/');
  return slash === -1 ? resource : text(resource.slice(slash + 1));
}

/** The session of a principal id: `AROAEXAMPLE:alice` gives `alice`. */
function sessionName(principalId: unknown): string | undefined {
  const id = text(principalId);
  return id === undefined ? undefined : text(id.slice(id.indexOf(':') + 1));
}

/**
 * Who acted, for each kind of identity
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html).
 * Every record has an actor here, be it only `unknown`: a record is never lost for want of one.
 */
export function cloudTrailUser(identity: unknown): string {
  if (!isObject(identity)) return 'unknown';
  const { type, userName, arn, principalId, accountId, invokedBy, identityProvider, credentialId } = identity;
  const onBehalfOf = isObject(identity['onBehalfOf']) ? identity['onBehalfOf'] : {};
  const preferred = (): string | undefined => {
    switch (type) {
      case 'Root':
        return text(userName) ?? 'root';
      case 'IAMUser':
        return text(userName) ?? arnName(arn);
      case 'AssumedRole':
      case 'Role':
      case 'FederatedUser':
        // Role and session: the role alone does not tell people apart, the session alone does not tell the role.
        return arnName(arn) ?? sessionName(principalId);
      case 'SAMLUser':
      case 'WebIdentityUser':
        return text(userName) ?? sessionName(principalId) ?? text(identityProvider);
      case 'IdentityCenterUser':
        return text(userName) ?? text(onBehalfOf['userId']) ?? text(credentialId);
      case 'AWSAccount':
        return arnName(arn) ?? text(principalId) ?? text(accountId);
      case 'AWSService':
        return text(invokedBy);
      default:
        return undefined;
    }
  };
  return (
    preferred() ??
    text(userName) ??
    arnName(arn) ??
    sessionName(principalId) ??
    text(invokedBy) ??
    text(accountId) ??
    'unknown'
  );
}
