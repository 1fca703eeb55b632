/** Programs by what their user agents contain; the first that fits counts, because many claim to be others too. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/aws-cli\//i, 'AWS CLI'],
  [/terraform/i, 'Terraform'],
  [/pulumi/i, 'Pulumi'],
  [/boto3|botocore/i, 'AWS SDK for Python'],
  [/aws-sdk/i, 'AWS SDK'],
  [/\bkali\b/i, 'Kali Linux tool'],
  [/nmap|masscan|sqlmap|nikto|hydra|gobuster/i, 'scanner'],
  [/stratus-red-team|pacu|prowler|scoutsuite/i, 'security testing tool'],
  [/headlesschrome|phantomjs|puppeteer|playwright|selenium/i, 'automated browser'],
  [/console\.amazonaws\.com|signin\.amazonaws\.com/i, 'AWS console'],
  [/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/i, 'AWS service'],
  [/^aws internal/i, 'AWS service'],
  [/curl\//i, 'curl'],
  [/wget\//i, 'wget'],
  [/powershell/i, 'PowerShell'],
  [/python|aiohttp|httpx|requests/i, 'Python program'],
  [/go-http-client|golang/i, 'Go program'],
  [/okhttp|java\/|apache-httpclient/i, 'Java program'],
  [/node-fetch|axios|undici|node\.js/i, 'Node program'],
  [/ruby|faraday/i, 'Ruby program'],
  [/postman|insomnia/i, 'API client'],
  [/\bgit\/|git-lfs/i, 'git'],
  [/thunderbird|outlook|imap|mail\//i, 'mail client'],
  [/edg(e|a|ios)?\//i, 'Edge'],
  [/opr\/|opera/i, 'Opera'],
  [/firefox\/|fxios/i, 'Firefox'],
  [/chrome\/|crios/i, 'Chrome'],
  [/safari\//i, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/windows/i, 'Windows'],
  [/iphone|ipad|\bios\b/i, 'iOS'],
  [/android/i, 'Android'],
  [/mac os x|macintosh|darwin/i, 'macOS'],
  [/cros/i, 'ChromeOS'],
  [/linux|x11/i, 'Linux'],
];

/**
 * What kind of program and system a user agent claims to be, from a fixed list: the field is free text of the client,
 * and the version numbers in it make every client another one.
 */
export function userAgentKind(agent: string): string {
  const text = agent.slice(0, 1024);
  const program = PROGRAMS.find(([pattern]) => pattern.test(text))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(text))?.[1];
  if (program === undefined)
    return system === undefined ? 'unrecognised program' : `unrecognised program on ${system}`;
  return system === undefined ? program : `${program} on ${system}`;
}
