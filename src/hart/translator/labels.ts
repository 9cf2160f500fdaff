/** Places in structured code that enclosed code can branch to. */

/** A label that enclosing code can branch to. */
type Label =
  | { readonly kind: 'loop' | 'after'; readonly node: number }
  | 'enter'
  | 'interpret'
  | 'dispatch'
  | 'condition';
/** From the outermost to the innermost. */
export type Labels = readonly Label[];

export const isEnter = (label: Label): boolean => label === 'enter';
export const isInterpret = (label: Label): boolean => label === 'interpret';
export const isDispatch = (label: Label): boolean => label === 'dispatch';
export const isAfter = (label: Label, node: number): boolean =>
  typeof label === 'object' && label.kind === 'after' && label.node === node;
export const isLoop = (label: Label, node: number): boolean =>
  typeof label === 'object' && label.kind === 'loop' && label.node === node;

/** How many labels are between here and the innermost one that fits. */
export function depthOf(labels: Labels, fits: (label: Label) => boolean): number {
  for (let index = labels.length - 1; index >= 0; index--) if (fits(labels[index]!)) return labels.length - 1 - index;
  throw new Error('a branch of the region has no label to go to');
}
