// Starts the service.

import 'reflect-metadata';
import { createApp } from './create-app.js';
import { Settings, SettingsError } from './settings/settings.js';
import { ExampleOrders } from './start/example-orders.js';
import { progressOn } from './start/progress.js';
import { adviceOn } from './start/start-errors.js';

// The log has standard output to itself: what is said to a person goes to standard error.
const say = (text: string) => process.stderr.write(`${text}\n`);

try {
  const settings = Settings.of(process.env, process.stdout.isTTY);
  const app = await createApp(settings);
  try {
    await app.init();
    await app.get(ExampleOrders).begin(progressOn(process.stderr));
    await app.listen(settings.port, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as { readonly port: number };
  say(`Approvals is at http://localhost:${String(port)}/`);
} catch (error) {
  say(error instanceof SettingsError ? error.message : adviceOn(error));
  process.exitCode = 1;
}
