// Tests run with the timing core that the sources say.
export { buildTimingCore as setup } from './timing-core.mjs';
