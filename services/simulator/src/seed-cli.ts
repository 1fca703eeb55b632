import { runSeed } from './seed.command.js';

process.exitCode = await runSeed(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
});
