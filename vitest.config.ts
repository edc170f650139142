import { defineConfig } from 'vitest/config'

const node = { environment: 'node' as const }

/** Three projects: unit (fast, no outside program), integration (real PostgreSQL, S3, RTSP servers), e2e (the whole product). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...node,
          name: 'unit',
          include: ['{packages,apps}/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.int.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...node,
          name: 'integration',
          include: ['{packages,apps}/*/src/**/*.int.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...node,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 180_000,
          // Each file starts a product of its own, on ports of its own, and mostly waits.
          maxWorkers: 3,
        },
      },
    ],
  },
})
