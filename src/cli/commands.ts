// Every command there is.

import { backup } from './backup.js';
import type { Command } from './command.js';
import { importFile } from './import.js';
import { reindex } from './reindex.js';
import { repair } from './repair.js';
import { serve } from './serve.js';
import { trustInit } from './trust-init.js';
import { trustPin } from './trust-pin.js';
import { trustRecover } from './trust-recover.js';
import { trustShow } from './trust-show.js';
import { verify } from './verify.js';

/** The commands, in the order of the overview. */
export const COMMANDS: readonly Command[] = [
  serve,
  verify,
  repair,
  backup,
  reindex,
  importFile,
  trustInit,
  trustShow,
  trustPin,
  trustRecover,
];
