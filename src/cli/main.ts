#!/usr/bin/env node
// The `immurepo` command.

import process from 'node:process';
import { COMMANDS } from './commands.js';
import { run } from './run.js';
import { processTerminal } from './terminal.js';

void run(process.argv.slice(2), COMMANDS, processTerminal(process)).then((code) => {
  // Not process.exit: what was written to a pipe must get there.
  process.exitCode = code;
});
