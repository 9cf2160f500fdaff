/**
 * The control flow of a region as WebAssembly can express it. Structured control has no goto: every edge must go inwards
 * along the dominator tree, forward to a merge point that an enclosing block ends at, or back to an enclosing loop. Edges
 * for which that is impossible (a second way into a loop) go through a dispatcher in front of everything, which can reach
 * the region's entries and the targets of such edges.
 * @source N. Ramsey, "Beyond Relooper: Recursive Translation of Unstructured Control Flow to Structured Control Flow", 2022
 */

export interface FlowGraph {
  /** Nodes that the dispatcher can reach: the entries in their order, then others. */
  readonly dispatched: readonly number[];
  /** Nodes whose immediate dominator this is, in reverse postorder; the dispatcher is node `successors.length`. */
  readonly dominated: readonly (readonly number[])[];
  /** Does more than one forward edge lead here? */
  isMerge(node: number): boolean;
  isLoopHeader(node: number): boolean;
  /** How control gets from one node to a successor. */
  edge(from: number, to: number): 'forward' | 'back' | 'dispatch';
}

/** @param entries nodes that can be entered from outside; every node can be reached from one of them */
export function analyzeFlow(successors: readonly (readonly number[])[], entries: readonly number[]): FlowGraph {
  const root = successors.length;
  const dispatched = new Set(entries);
  for (;;) {
    const edges = [...successors, [...dispatched]];
    const order = reversePostorder(edges, root);
    const parents = immediateDominators(edges, order, root);
    const irreducible = findIrreducible(edges, order, parents, dispatched);
    if (irreducible.length === 0) return describe(edges, order, parents, dispatched, root);
    for (const node of irreducible) dispatched.add(node);
  }
}

type Edges = readonly (readonly number[])[];

/** Position of each node when it is listed before all nodes that only it leads to. */
function reversePostorder(edges: Edges, root: number): Int32Array {
  const position = new Int32Array(edges.length).fill(-1);
  const visited = new Uint8Array(edges.length);
  let next = edges.length;
  const stack: { node: number; edge: number }[] = [{ node: root, edge: 0 }];
  visited[root] = 1;
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const target = edges[top.node]![top.edge++];
    if (target === undefined) {
      position[top.node] = --next;
      stack.pop();
    } else if (visited[target] === 0) {
      visited[target] = 1;
      stack.push({ node: target, edge: 0 });
    }
  }
  if (next !== 0) throw new Error('a block of the region cannot be reached');
  return position;
}

/** @source K. Cooper, T. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001 */
function immediateDominators(edges: Edges, order: Int32Array, root: number): Int32Array {
  const parents = new Int32Array(edges.length).fill(-1);
  parents[root] = root;
  const nodes = inOrder(order);
  const common = (a: number, b: number): number => {
    while (a !== b) {
      while (order[a]! > order[b]!) a = parents[a]!;
      while (order[b]! > order[a]!) b = parents[b]!;
    }
    return a;
  };
  for (let isStable = false; !isStable; ) {
    isStable = true;
    for (const from of nodes) {
      for (const to of edges[from]!) {
        if (to === root) continue;
        const parent = parents[to] === -1 ? from : common(parents[to]!, from);
        if (parent === parents[to]) continue;
        parents[to] = parent;
        isStable = false;
      }
    }
  }
  return parents;
}

const inOrder = (order: Int32Array): number[] => Array.from(order.keys()).sort((a, b) => order[a]! - order[b]!);

function dominates(parents: Int32Array, above: number, node: number): boolean {
  while (node !== above && parents[node] !== node) node = parents[node]!;
  return node === above;
}

/** Targets of backward edges that do not dominate their source and that the dispatcher does not reach yet. */
function findIrreducible(
  edges: Edges,
  order: Int32Array,
  parents: Int32Array,
  dispatched: ReadonlySet<number>,
): number[] {
  const found: number[] = [];
  for (const [from, targets] of edges.entries())
    for (const to of targets)
      if (order[to]! <= order[from]! && !dominates(parents, to, from) && !dispatched.has(to)) found.push(to);
  return found;
}

function describe(
  edges: Edges,
  order: Int32Array,
  parents: Int32Array,
  dispatched: ReadonlySet<number>,
  root: number,
): FlowGraph {
  const edge = (from: number, to: number): 'forward' | 'back' | 'dispatch' => {
    if (order[to]! > order[from]!) return 'forward';
    return dominates(parents, to, from) ? 'back' : 'dispatch';
  };
  const forwardEdges = new Int32Array(edges.length);
  const headers = new Set<number>();
  for (const [from, targets] of edges.entries()) {
    for (const to of targets) {
      const kind = edge(from, to);
      if (kind === 'forward') forwardEdges[to]!++;
      if (kind === 'back') headers.add(to);
    }
  }
  const dominated: number[][] = edges.map(() => []);
  for (const node of inOrder(order)) if (node !== root) dominated[parents[node]!]!.push(node);
  return {
    dispatched: [...dispatched],
    dominated,
    // The dispatcher branches to all of its targets, so each needs a place to branch to.
    isMerge: (node) => forwardEdges[node]! > 1 || dispatched.has(node),
    isLoopHeader: (node) => headers.has(node),
    edge,
  };
}
