/** User and password of a URL: characters that have a meaning in URLs are percent-encoded there. */
const USERINFO = String.raw`(?:(?:[^\s/?#@%]|%[0-9A-Fa-f]{2})*@)?`;

/** Addresses of servers, as strict as a URL is: a password with an `@` in it would lead to another host. */
export const DATABASE_ADDRESS = new RegExp(
  String.raw`^postgres(?:ql)?://${USERINFO}[^\s/?#@]+/[^\s/?#@]+(?:\?\S*)?$`,
);
export const NATS_ADDRESS = new RegExp(String.raw`^(?:nats|tls)://${USERINFO}[^\s/?#@]+$`);
export const REDIS_ADDRESS = new RegExp(String.raw`^rediss?://${USERINFO}[^\s/?#@]+(?:[/?][^\s@#]*)?$`);

/** How a password gets into an address that may not hold it as it is; `setting` takes it without an encoding. */
export const passwordHint = (setting: string): string =>
  `a password with other characters than letters and digits goes into ${setting}, or percent-encoded into the address`;

/** The address with this password in the place of its own; as it is when there is none. */
export function withPassword(address: string, password: string): string {
  if (password === '') return address;
  const url = new URL(address);
  url.password = encodeURIComponent(password);
  return url.href;
}

/** The address with another user and password. */
export function withLogin(address: string, { role, password }: { role: string; password: string }): string {
  const url = new URL(address);
  url.username = encodeURIComponent(role);
  return withPassword(url.href, password);
}
