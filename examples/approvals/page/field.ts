// A field of a form with its label and, below it, what is wrong with it.
import type { Issue } from './api.js';
import { h, icon } from './dom.js';

/** What a person types or chooses into. */
export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** A labelled field. */
export class Field {
  /** Label, control and message. */
  readonly element: HTMLElement;
  readonly #message = h('p', { class: 'problem' });

  /** @param path its name in what the service says @param label for people @param control the field itself */
  constructor(
    public path: string,
    label: string,
    readonly control: Control,
  ) {
    const id = `field-${crypto.randomUUID()}`;
    control.id = id;
    control.name = path;
    this.#message.id = `${id}-problem`;
    this.#message.hidden = true;
    this.element = h('div', { class: 'field' }, h('label', { for: id }, label), control, this.#message);
  }

  /** What it holds, without blanks around it. */
  get text(): string {
    return this.control.value.trim();
  }

  /** Says what is wrong with it. @param problem undefined for nothing */
  say(problem: string | undefined): void {
    const message = this.#message;
    message.hidden = problem === undefined;
    message.replaceChildren(...(problem === undefined ? [] : [icon('info'), problem]));
    if (problem === undefined) {
      this.control.removeAttribute('aria-invalid');
      this.control.removeAttribute('aria-describedby');
    } else {
      this.control.setAttribute('aria-invalid', 'true');
      this.control.setAttribute('aria-describedby', message.id);
    }
  }
}

/**
 * Shows what is wrong at the fields concerned, and goes to the first.
 *
 * @param fields of the form, in order
 * @param issues as the service says
 * @returns the issues that belong to no field
 */
export function showIssues(fields: readonly Field[], issues: readonly Issue[]): readonly Issue[] {
  for (const field of fields) field.say(issues.find(({ path }) => path === field.path)?.message);
  fields.find(({ path }) => issues.some((issue) => issue.path === path))?.control.focus();
  return issues.filter(({ path }) => !fields.some((field) => field.path === path));
}

/** What is missing of what is needed. @param needed fields that must not be empty */
export function missing(needed: readonly Field[]): readonly Issue[] {
  return needed.filter(({ text }) => text === '').map(({ path }) => ({ path, message: 'Needed.' }));
}
