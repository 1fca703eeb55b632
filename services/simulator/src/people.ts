import type { Random } from './random.js';

/** A person who works at the imagined company. */
export interface Person {
  name: string;
  /** Country they usually work from. */
  location: string;
  /** Address they usually work from; all addresses are from the ranges reserved for documentation. */
  ip: string;
  userAgent: string;
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15';

export const PEOPLE: readonly Person[] = [
  { name: 'alice', location: 'Germany', ip: '203.0.113.11', userAgent: FIREFOX },
  { name: 'bob', location: 'United States', ip: '198.51.100.12', userAgent: CHROME },
  { name: 'carol', location: 'France', ip: '203.0.113.13', userAgent: SAFARI },
  { name: 'dave', location: 'United Kingdom', ip: '203.0.113.14', userAgent: CHROME },
  { name: 'erin', location: 'United States', ip: '198.51.100.15', userAgent: SAFARI },
  { name: 'frank', location: 'Germany', ip: '203.0.113.16', userAgent: CHROME },
  { name: 'grace', location: 'India', ip: '198.51.100.17', userAgent: CHROME },
  { name: 'heidi', location: 'Spain', ip: '203.0.113.18', userAgent: FIREFOX },
  { name: 'ivan', location: 'Poland', ip: '203.0.113.19', userAgent: FIREFOX },
  { name: 'judy', location: 'United States', ip: '198.51.100.20', userAgent: SAFARI },
  { name: 'kim', location: 'Brazil', ip: '198.51.100.21', userAgent: CHROME },
  { name: 'leo', location: 'Netherlands', ip: '203.0.113.22', userAgent: FIREFOX },
];

/** Another person than the given one, for approvals. */
export function colleagueOf(person: Person, random: Random): Person {
  return random.pick(PEOPLE.filter(({ name }) => name !== person.name));
}
