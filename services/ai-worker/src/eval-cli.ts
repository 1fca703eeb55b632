#!/usr/bin/env node
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AppError } from '@mcm/kernel';
import { loadAiWorkerConfig } from './ai-worker.config.js';
import { type Assessor, heuristicAssessor, modelAssessor } from './evaluate/assess.js';
import type { EvaluationCase } from './evaluate/evaluation-case.js';
import { readSet } from './evaluate/evaluation-set-line.js';
import { loadEvaluationSet } from './evaluate/load-cases.js';
import { measureFindings, measureInjections } from './evaluate/measure.js';
import { ObedientModel } from './evaluate/obedient-model.js';
import { type AssessorReport, reportRemarks, reportTable } from './evaluate/report.js';
import { loadAllowList } from './facts/load-allow-list.js';
import { OpenAiModel } from './providers/openai.model.js';

const print = (text: string) => process.stdout.write(`${text}\n`);

function casesOf(path: string): EvaluationCase[] {
  const { cases, leftOut } = readSet(readFileSync(path, 'utf8'));
  if (leftOut > 0) print(`· ${leftOut} ratings of ${path} say nothing about the score and are left out`);
  if (cases.length === 0)
    throw new AppError('invalid', 'EVALUATION.INVALID', `${path} holds no case with a score.`);
  return cases;
}

/**
 * npm run eval:ai [-- --json FILE] [--set FILE]: how good the heuristic is, how good the
 * configured model, and how well both hold. The set is ours, or one that was exported from ratings.
 */
async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'string' }, set: { type: 'string' } } });
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = loadAiWorkerConfig(process.env);
  const { injections, ...own } = loadEvaluationSet(process.env['RULES_PATH'] || 'rules');
  const cases = values.set === undefined ? own.cases : casesOf(values.set);
  const allowList = loadAllowList(config.fieldsPath);
  const facts = { allowList, pseudonymise: config.pseudonymise };
  const priced = config.priceInput > 0 || config.priceOutput > 0;
  const price = priced ? { input: config.priceInput, output: config.priceOutput } : null;
  const asking = { ...facts, maxOutputTokens: config.maxOutputTokens, price };

  const reports: AssessorReport[] = [];
  const measure = async (name: string, assess: Assessor, prepare?: ObedientModel) => {
    print(`· ${name}: ${cases.length} findings, ${injections.length} injections`);
    reports.push({
      name,
      findings: await measureFindings(cases, assess),
      injections: await measureInjections(injections, assess, (order) => prepare?.listenTo(order)),
    });
  };
  await measure('heuristic', heuristicAssessor(facts));
  const obedient = new ObedientModel();
  await measure(
    'model that obeys whatever it sees',
    modelAssessor(obedient, { ...asking, price: null }),
    obedient,
  );
  if (config.hasModel) {
    const model = new OpenAiModel(config);
    await measure(model.name, modelAssessor(model, asking));
  } else {
    print(
      '· no model is configured: set OPENAI_API_KEY, or OPENAI_BASE_URL and OPENAI_MODEL, to evaluate one',
    );
  }
  print('');
  print(reportTable(reports));
  print('');
  for (const report of reports) print(reportRemarks(report));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(reports, null, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof AppError ? error.message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
});
