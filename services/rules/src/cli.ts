#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { messageOf } from '@mcm/kernel';
import { loadConfig } from '@mcm/platform';
import { checkRules } from './cli/check-rules.js';
import { runRules } from './cli/run-rules.js';
import { runRuleTests } from './cli/test-rules.js';
import { RulesConfig } from './rules.config.js';

const USAGE = `npm run rules -- check [PATH…]                 report every fault of the rule files
npm run rules -- test [PATH…]                  run the tests that the rule files carry
npm run rules -- run [--from T] [--to T]       evaluate the stored events of the running system again
                     [--url http://localhost:8000]
PATH is a file or folder; without one, RULES_PATH (rules).`;

const print = (line: string) => process.stdout.write(`${line}\n`);
const progress = (line: string) => {
  if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001B[K`);
};

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      url: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...paths] = positionals;
  if (values.help === true) {
    print(USAGE);
    return 0;
  }
  const where = paths.length > 0 ? paths : [loadConfig(RulesConfig, process.env).path];
  switch (command) {
    case 'check':
      return checkRules(where, print);
    case 'test':
      return runRuleTests(where, print);
    case 'run': {
      const { from, to } = values;
      const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      const url = values.url ?? `http://localhost:${process.env['API_PORT'] || '8000'}`;
      const code = await runRules(
        url,
        range,
        (line) => {
          progress('');
          print(line);
        },
        progress,
      );
      return code;
    }
    default:
      process.stderr.write(
        `${command === undefined ? 'Say what to do.' : `Unknown command: ${command}`}\n${USAGE}\n`,
      );
      return 2;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  },
);
