#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { apiAddress, apiKeyHeader } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { loadConfig, MetricsRegistry } from '@mcm/platform';
import { ApiClient } from './cli/api-client.js';
import { checkRules } from './cli/check-rules.js';
import { previewRule } from './cli/preview-rule.js';
import { reloadRules } from './cli/reload-rules.js';
import { runRules } from './cli/run-rules.js';
import { trySigmaHq } from './cli/sigmahq/sigmahq.js';
import { runRuleTests } from './cli/test-rules.js';
import type { Terminal } from './cli/watched-job.js';
import { readPlaceholders } from './rule-store/placeholder-file.js';
import { RulesConfig } from './rules.config.js';
import { RuleSandbox } from './sandbox/rule-sandbox.js';

const USAGE = `npm run rules -- check [PATH…]                 report all errors of the rule files
npm run rules -- test [PATH…]                  run the tests in the rule files
npm run rules -- sigmahq DIR                   run a checkout of the public SigmaHQ rules: all load, recorded attacks are found
npm run rules -- preview FILE                  preview a file over the stored events of the running system; writes nothing
                     [--from T] [--to T]       default: the last seven days
npm run rules -- reload [--skip-faulty]        reload the rule files of the running system
npm run rules -- run [--from T] [--to T]       evaluate the stored events of the running system again (also: replay)
PATH is a file or folder; without one, RULES_PATH (rules).
--placeholders FILE defines %names% in rules (a YAML map); without it, RULES_PLACEHOLDERS.
--url is the address of the running system; default: API_URL, or API_PORT (8000) on this machine. Ctrl-C cancels the command.`;

const print = (line: string) => process.stdout.write(`${line}\n`);
const progress = (line: string) => {
  if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001B[K`);
};

/** The first Ctrl-C cancels what was started, a second one ends this program immediately. */
function terminal(): Terminal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  return {
    print: (line) => {
      progress('');
      print(line);
    },
    progress,
    signal: interrupted.signal,
  };
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      url: { type: 'string' },
      'skip-faulty': { type: 'boolean' },
      placeholders: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [command, ...paths] = positionals;
  if (values.help === true) {
    print(USAGE);
    return 0;
  }
  const { from, to } = values;
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const system = (): ApiClient => {
    const address = apiAddress(values.url, process.env);
    process.stderr.write(`The system at ${address}\n`);
    return new ApiClient(address, apiKeyHeader(process.env));
  };
  const config = loadConfig(RulesConfig, process.env);
  const where = paths.length > 0 ? paths : [config.path];
  const sandbox = new RuleSandbox(config, new MetricsRegistry());
  const placeholderFile = values.placeholders ?? config.placeholders;
  switch (command) {
    case 'check':
      return checkRules(where, await readPlaceholders(placeholderFile), sandbox, print);
    case 'test':
      return runRuleTests(where, await readPlaceholders(placeholderFile), sandbox, print);
    case 'sigmahq': {
      if (paths.length !== 1) throw new AppError('invalid', 'RULES.USAGE', 'Name one checkout: sigmahq DIR');
      const known = placeholderFile === undefined ? undefined : await readPlaceholders(placeholderFile);
      return trySigmaHq(paths[0]!, known, print);
    }
    case 'preview': {
      if (paths.length !== 1) throw new AppError('invalid', 'RULES.USAGE', 'Name one file: preview FILE');
      return previewRule(system(), paths[0]!, range, terminal());
    }
    case 'reload':
      return reloadRules(system(), values['skip-faulty'] === true, print);
    case 'run':
    case 'replay':
      return runRules(system(), range, terminal());
    default:
      process.stderr.write(
        `${command === undefined ? 'Say what to do.' : `Unknown command: ${command}`}\n${USAGE}\n`,
      );
      return 2;
  }
}

if (existsSync('.env')) process.loadEnvFile('.env');
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  },
);
