// What Jest and Vitest are told, word for word as the README says it.

/** jest.config.json for tests that are ES modules, with NODE_OPTIONS=--experimental-vm-modules. */
export const JEST_ESM = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', { module: { type: 'es6' } }] },
};

/** jest.config.json where everything is compiled to CommonJS, and what comes as ES modules only is compiled too. */
export const JEST_COMMONJS = {
  transform: { '\\.[jt]s$': ['@swc/jest', { module: { type: 'commonjs' } }] },
  transformIgnorePatterns: ['/node_modules/(?!(immurepo|superjson|copy-anything|uuid)/)'],
};

/** The same with Nest 12, which is ES modules only. */
export const JEST_COMMONJS_NEST_12 = {
  ...JEST_COMMONJS,
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|immurepo|superjson|copy-anything|uuid)/)'],
};

/** .swcrc for legacy decorators. */
export const SWC_LEGACY = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true },
  },
};

/** .swcrc for Nest, which injects by the types of constructors. */
export const SWC_NEST = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};

/** tsconfig.json of a Nest application, as far as it matters to how its tests are compiled: Vite 8 reads it. */
export const TYPESCRIPT_NEST = {
  compilerOptions: { target: 'ES2022', experimentalDecorators: true, emitDecoratorMetadata: true },
};

/** vitest.config.ts for Nest with Vite 7 and before, whose compiler emits no types. */
export const VITEST_NEST_VITE_7 = `import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [swc.vite({ module: { type: 'es6' } })] });
`;
