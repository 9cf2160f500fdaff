import { strictObject, type ZodMiniType } from 'zod/mini';
import type { TimingParameter, TimingRule } from '../../timing/config.ts';
import { parameter } from './parameter.ts';
import { integer, multipleOf, oneOf, powerOfTwo, type Rule, yesOrNo } from './rules.ts';

/** Parameters of the timing model, or sections of them. */
interface TimingTree {
  readonly [key: string]: TimingParameter<unknown> | TimingTree;
}

/** The keys of a section of the timing model, with their rules. */
export function timingSection(tree: TimingTree): Record<string, ZodMiniType> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, node]) => [
      key,
      isParameter(node)
        ? parameter(ruleOf(node.rule), node.summary, unitOf(node), true)
        : strictObject(timingSection(node)),
    ]),
  );
}

const isParameter = (node: TimingTree[string]): node is TimingParameter<unknown> => 'rule' in node && 'default' in node;

function ruleOf(rule: TimingRule): Rule<unknown> {
  switch (rule.kind) {
    case 'integer':
      return integer(rule.min, rule.max);
    case 'multiple':
      return multipleOf(rule.of, rule.min, rule.max);
    case 'powerOfTwo':
      return powerOfTwo(rule.min, rule.max);
    case 'choice':
      return oneOf(...rule.choices);
    case 'flag':
      return yesOrNo;
  }
}

/** Names and yes or no have no unit. */
const unitOf = ({ rule, unit }: TimingParameter<unknown>): string | undefined =>
  rule.kind === 'choice' || rule.kind === 'flag' ? undefined : unit;
