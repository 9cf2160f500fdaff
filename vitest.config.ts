import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], globalSetup: ['scripts/timing-core-setup.mjs'], testTimeout: 60_000 },
});
