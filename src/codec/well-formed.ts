// Which texts can be stored: those that survive UTF-8.

/** ES2024, present in every Node that is supported, and not yet in the library types of ES2023. */
interface Es2024String {
  isWellFormed(): boolean;
}

/** Whether the text has no lone surrogate, which UTF-8 cannot carry. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as Es2024String).isWellFormed();
}
