// Every command there is.

import type { Command } from './command.js';
import { trustInit } from './trust-init.js';
import { trustPin } from './trust-pin.js';
import { trustRecover } from './trust-recover.js';
import { trustShow } from './trust-show.js';

/** The commands, in the order of the overview. */
export const COMMANDS: readonly Command[] = [trustInit, trustShow, trustPin, trustRecover];
