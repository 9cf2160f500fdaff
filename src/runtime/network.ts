/**
 * Networks as data: a YAML (or JSON) list of layers, each fed by the layer before it unless `from` names others.
 * Feature maps are rows × cols × channels; a sequence is rows × 1 × features.
 */
import { isMap, parseDocument } from 'yaml';
// The namespace, not the `z` object: of an object that is one value nothing can be left out of the bundle.
import * as z from 'zod';
import { type Diagnostic, didYouMean, errorAt } from '../support/diagnostics.ts';
import { fail, type Result, succeed } from '../support/result.ts';
import { runtimeError } from './errors.ts';

const count = z.int().positive().max(0xffff_ffff);
const pad = z.int().nonnegative().max(255);

const shapeSchema = z.strictObject({ rows: count, cols: count, channels: count });

const poolingSchema = z.strictObject({
  size: count,
  stride: count,
  padding: pad.default(0),
  /** Does a window that overhangs the far edge count? Its missing taps read as 0. */
  ceil: z.boolean().default(false),
});

const activation = z.enum(['none', 'relu', 'gelu']).default('none');

const layer = <K extends string, S extends z.core.$ZodLooseShape>(kind: K, fields: S) =>
  z.strictObject({
    kind: z.literal(kind),
    name: z.string().min(1),
    from: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    ...fields,
  });

const layerSchema = z.discriminatedUnion('kind', [
  layer('conv', {
    out: count.optional(),
    kernel: count,
    stride: count.default(1),
    padding: pad.default(0),
    depthwise: z.boolean().default(false),
    bias: z.boolean().default(true),
    /** Was the layer trained with a batch normalisation, now folded into weights and bias? */
    normalized: z.boolean().default(false),
    activation,
  }),
  layer('max-pool', poolingSchema.shape),
  layer('global-average', {}),
  layer('dense', { out: count, bias: z.boolean().default(true), activation }),
  layer('add', { activation }),
  layer('concat', {}),
  layer('flatten', {}),
  /** The first row of a sequence. */
  layer('first', {}),
  /** Products of queries and keys, head by head: rows × heads × rows. */
  layer('attention-scores', { heads: count }),
  layer('softmax', {}),
  /** Values weighted by scores: rows × 1 × features. */
  layer('attention-context', {}),
  layer('layernorm', {}),
  /** Sum of looked-up rows of tables with so many entries; its input is one index per position. */
  layer('embedding', { tables: z.array(count).min(1), out: count }),
  layer('lstm', { hidden: count }),
  layer('gru', { hidden: count }),
]);

const networkSchema = z.strictObject({
  name: z.string().min(1),
  /** Where the layer list comes from. */
  source: z.string().min(1),
  input: shapeSchema,
  /** Totals that the source states; decimals as printed there. */
  published: z.strictObject({ parameters: count, gigaMacs: z.string().regex(/^\d+(\.\d+)?$/) }).optional(),
  layers: z.array(layerSchema).min(1),
});

export type Shape = z.infer<typeof shapeSchema>;
export type Layer = z.infer<typeof layerSchema>;
export type LayerKind = Layer['kind'];
export type LayerOf<K extends LayerKind> = Extract<Layer, { kind: K }>;
export type Network = z.infer<typeof networkSchema>;

export const LAYER_KINDS: readonly LayerKind[] = layerSchema.options.map((option) => option.shape.kind.value);

/** Reads a network description. Errors name the key at fault; shapes are checked by `inferShapes`. */
export function parseNetwork(text: string, file: string): Result<Network, Diagnostic> {
  const document = parseDocument(text);
  if (!isMap(document.contents) || !document.contents.has('layers'))
    return fail(
      runtimeError(
        'NET001',
        `${file} is no network description: it has no key "layers"`,
        'a description is YAML or JSON with the keys name, source, input and layers',
      ),
    );
  if (document.errors.length > 0)
    return fail(
      ...document.errors.map(({ message, linePos }) => {
        const at = linePos?.[0] ?? { line: 1, col: 1 };
        return errorAt('NET001', { file, line: at.line, column: at.col, endColumn: at.col + 1 }, message);
      }),
    );
  const parsed = networkSchema.safeParse(document.toJS());
  if (parsed.success) return succeed(parsed.data);
  return fail(...parsed.error.issues.map((issue) => describe(issue, document.toJS())));
}

function describe(issue: z.core.$ZodIssue, root: unknown): Diagnostic {
  const where = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const path = where === '' ? 'the network' : where.slice(1);
  const found = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], root);
  if (issue.path.at(-1) === 'kind') {
    const guess = didYouMean(String(found), LAYER_KINDS);
    const hint = guess === undefined ? `one of ${LAYER_KINDS.join(', ')}` : `did you mean "${guess}"?`;
    return runtimeError('NET002', `${path} is "${String(found)}", which is no layer kind`, hint);
  }
  return runtimeError('NET002', `${path}: ${issue.message}, but it is ${JSON.stringify(found)}`);
}
