/**
 * Flattened device trees: how a machine describes itself to firmware and kernels.
 * @source Devicetree specification 0.4, chapter 5
 */

/** A property: cells (32-bit), strings, or nothing. */
export type DeviceTreeValue = readonly number[] | readonly string[] | string | true;

export interface DeviceTreeNode {
  readonly name: string;
  readonly properties: Readonly<Record<string, DeviceTreeValue>>;
  readonly children?: readonly DeviceTreeNode[];
}

const TOKEN = { beginNode: 1, endNode: 2, property: 3, end: 9 } as const;
const MAGIC = 0xd00dfeed;
const VERSION = { current: 17, lastCompatible: 16 } as const;
const HEADER_BYTES = 40;
/** One empty entry ends the list of reserved memory. */
const RESERVATION_BYTES = 16;

/** The tree as bytes, big-endian as the format asks. */
export function flattenDeviceTree(root: DeviceTreeNode): Uint8Array {
  const strings = new Map<string, number>();
  const stringBytes: number[] = [];
  const nameOffset = (name: string): number => {
    const known = strings.get(name);
    if (known !== undefined) return known;
    const offset = stringBytes.length;
    strings.set(name, offset);
    stringBytes.push(...terminated(name));
    return offset;
  };
  const structure: number[] = [];
  const emit = (node: DeviceTreeNode): void => {
    structure.push(...cell(TOKEN.beginNode), ...padded(terminated(node.name)));
    for (const [name, value] of Object.entries(node.properties)) {
      const bytes = valueBytes(value);
      structure.push(...cell(TOKEN.property), ...cell(bytes.length), ...cell(nameOffset(name)), ...padded(bytes));
    }
    for (const child of node.children ?? []) emit(child);
    structure.push(...cell(TOKEN.endNode));
  };
  emit(root);
  structure.push(...cell(TOKEN.end));

  const structureOffset = HEADER_BYTES + RESERVATION_BYTES;
  const stringsOffset = structureOffset + structure.length;
  const header = [
    MAGIC,
    stringsOffset + stringBytes.length,
    structureOffset,
    stringsOffset,
    HEADER_BYTES,
    VERSION.current,
    VERSION.lastCompatible,
    0,
    stringBytes.length,
    structure.length,
  ].flatMap(cell);
  return Uint8Array.from([...header, ...new Array<number>(RESERVATION_BYTES).fill(0), ...structure, ...stringBytes]);
}

/** A 64-bit number as two cells. */
export const cells64 = (value: number): [number, number] => [Math.floor(value / 2 ** 32), value % 2 ** 32];

function valueBytes(value: DeviceTreeValue): number[] {
  if (value === true) return [];
  if (typeof value === 'string') return terminated(value);
  return (value as readonly (number | string)[]).flatMap((one) =>
    typeof one === 'number' ? cell(one) : terminated(one),
  );
}

const cell = (value: number): number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
const encoder = new TextEncoder();
const terminated = (text: string): number[] => [...encoder.encode(text), 0];
const padded = (bytes: readonly number[]): number[] => [
  ...bytes,
  ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0),
];
