/** How much to measure. */
export interface Size {
  readonly rounds: number;
  /** Parts every number of operations is multiplied with. */
  readonly scale: number;
}
