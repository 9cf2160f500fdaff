export { SeededRandom } from './support/random.ts';
