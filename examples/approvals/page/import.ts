// Importing a CSV file, with its progress and the lines that were refused.
import { get, send } from './api.js';
import { announce, fill, h, icon, place } from './dom.js';
import { counts, summary } from './import-summary.js';
import { complaint } from './notice.js';
import { here, linkTo } from './navigate.js';
import type { ImportProgress } from './types.js';
import { written } from './written.js';

const ASK_EVERY_MS = 250;
const MOST_BYTES = 20 * 1024 * 1024;

/** Shows the import in the main part. @param signal ends when something else is shown; the import itself goes on */
export function showImport(signal: AbortSignal): void {
  const result = h('div', { class: 'import-result' });
  const file = h('input', {
    type: 'file',
    id: 'file',
    accept: '.csv,text/csv',
    required: true,
    'aria-describedby': 'file-note',
  });
  const go = h('button', { type: 'submit', class: 'button primary' }, icon('upload'), 'Import');
  const run = async () => {
    const chosen = file.files?.[0];
    if (chosen === undefined) return;
    if (chosen.size > MOST_BYTES) {
      fill(
        result,
        h(
          'p',
          { class: 'problem', role: 'alert' },
          'This file is larger than 20 MB. Split it and import the parts.',
        ),
      );
      return;
    }
    go.disabled = true;
    try {
      await follow(chosen, result, signal);
    } catch (error) {
      if (!signal.aborted) fill(result, complaint(error));
    }
    go.disabled = false;
  };
  fill(
    place('main'),
    h(
      'a',
      { class: 'back', href: linkTo({ ...here(), view: { kind: 'home' } }) },
      icon('back'),
      'All orders',
    ),
    h('h2', { tabindex: -1, id: 'title' }, 'Import orders'),
    h(
      'p',
      {},
      'From a CSV file, as other systems write it. Each order is written once: importing the same file again changes nothing. Lines with mistakes are refused and listed, and the others are imported all the same.',
    ),
    h(
      'form',
      {
        class: 'panel',
        onsubmit: (event) => {
          event.preventDefault();
          void run();
        },
      },
      h('label', { for: 'file' }, 'CSV file'),
      file,
      h('p', { class: 'note', id: 'file-note' }, 'At most 20 MB. The first line names the columns.'),
      go,
    ),
    result,
  );
}

async function follow(file: File, result: HTMLElement, signal: AbortSignal): Promise<void> {
  announce(`Importing ${file.name}.`);
  const bar = h('progress', { id: 'import-progress', max: 1, value: 0 });
  const words = h('p', { class: 'note' });
  fill(
    result,
    h(
      'section',
      { class: 'panel' },
      h('label', { for: 'import-progress' }, `Importing ${file.name}`),
      bar,
      words,
    ),
  );
  const { id } = await send<{ id: string }>('POST', '/imports', file);
  let progress = await ask(id, signal);
  for (; progress.state === 'running'; progress = await ask(id, signal)) {
    showProgress(progress);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  showProgress(progress);
  result.append(summary(progress));
  written(`Import ${progress.state === 'failed' ? 'failed' : 'finished'}: ${counts(progress)}.`);

  function showProgress(now: ImportProgress): void {
    const { bytesRead, bytesTotal, state } = now;
    const share = state === 'done' ? 1 : bytesTotal === 0 ? 0 : bytesRead / bytesTotal;
    bar.value = share;
    words.textContent = `${Math.floor(share * 100)} % read: ${counts(now)}`;
  }
}

function ask(id: string, signal: AbortSignal): Promise<ImportProgress> {
  return get(`/imports/${encodeURIComponent(id)}`, signal);
}
