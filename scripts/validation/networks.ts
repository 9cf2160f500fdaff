/** Layers of the networks whose layers were measured, each shape once, in the order of the network. */

/** Kernel, output rows, output columns, input channels, output channels, stride. Products have one column and no kernel. */
type Shape = readonly [number, number, number, number, number, number];

const BERT: readonly Shape[] = [
  [1, 128, 1, 768, 768, 1],
  [1, 128, 1, 64, 128, 1],
  [1, 128, 1, 128, 64, 1],
  [1, 128, 1, 768, 3072, 1],
  [1, 128, 1, 3072, 768, 1],
];

const RESNET50: readonly Shape[] = [
  [7, 112, 112, 3, 64, 2],
  [1, 56, 56, 64, 64, 1],
  [3, 56, 56, 64, 64, 1],
  [1, 56, 56, 64, 256, 1],
  [1, 56, 56, 256, 64, 1],
  [1, 56, 56, 256, 128, 1],
  [3, 28, 28, 128, 128, 2],
  [1, 28, 28, 128, 512, 1],
  [1, 28, 28, 256, 512, 2],
  [1, 28, 28, 512, 128, 1],
  [3, 28, 28, 128, 128, 1],
  [1, 28, 28, 512, 256, 1],
  [3, 14, 14, 256, 256, 2],
  [1, 14, 14, 256, 1024, 1],
  [1, 14, 14, 512, 1024, 2],
  [1, 14, 14, 1024, 256, 1],
  [3, 14, 14, 256, 256, 1],
  [1, 14, 14, 1024, 512, 1],
  [3, 7, 7, 512, 512, 2],
  [1, 7, 7, 512, 2048, 1],
  [1, 7, 7, 1024, 2048, 2],
  [1, 7, 7, 2048, 512, 1],
  [3, 7, 7, 512, 512, 1],
];

const RESNET50_CLASSIFIER: readonly Shape[] = [[1, 1, 1, 2048, 1000, 1]];

const RETINANET: readonly Shape[] = [
  [1, 28, 28, 512, 256, 1],
  [3, 28, 28, 256, 256, 1],
  [3, 28, 28, 256, 720, 1],
  [3, 28, 28, 256, 36, 1],
  [1, 14, 14, 1024, 256, 1],
  [3, 14, 14, 256, 256, 1],
  [3, 14, 14, 256, 720, 1],
  [3, 14, 14, 256, 36, 1],
  [1, 7, 7, 2048, 256, 1],
  [3, 7, 7, 256, 256, 1],
  [3, 7, 7, 256, 720, 1],
  [3, 7, 7, 256, 36, 1],
  [3, 4, 4, 2048, 256, 2],
  [1, 4, 4, 256, 256, 1],
  [3, 4, 4, 256, 256, 1],
  [3, 4, 4, 256, 720, 1],
  [3, 4, 4, 256, 36, 1],
  [3, 2, 2, 256, 256, 2],
  [1, 2, 2, 256, 256, 1],
  [3, 2, 2, 256, 256, 1],
  [3, 2, 2, 256, 720, 1],
  [3, 2, 2, 256, 36, 1],
];

/** Of this one, whose layers are far larger than the caches, only what the data have. */
const UNET: readonly Shape[] = [
  [3, 570, 570, 1, 64, 1],
  [3, 280, 280, 128, 128, 1],
  [3, 138, 138, 128, 256, 1],
  [3, 66, 66, 256, 512, 1],
  [3, 30, 30, 512, 1024, 1],
  [3, 54, 54, 1024, 512, 1],
  [3, 52, 52, 512, 512, 1],
  [2, 200, 200, 256, 128, 1],
  [3, 198, 198, 256, 128, 1],
  [3, 196, 196, 128, 128, 1],
  [2, 392, 392, 128, 64, 1],
  [3, 388, 388, 64, 64, 1],
  [1, 388, 388, 64, 2, 1],
];

export interface LayerShape {
  readonly kernel: number;
  readonly outRows: number;
  readonly outCols: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: number;
}

/** One program each; convolutions and products have programs of their own. */
export const NETWORKS: readonly (readonly LayerShape[])[] = [BERT, RESNET50, RESNET50_CLASSIFIER, RETINANET, UNET].map(
  (shapes) =>
    shapes.map(([kernel, outRows, outCols, inChannels, outChannels, stride]) => ({
      kernel,
      outRows,
      outCols,
      inChannels,
      outChannels,
      stride,
    })),
);
