// Lint rules that types and layout rules do not cover. STYLE.md says why.
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const inward = (from, forbidden, message) => ({
  files: from,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message }] }] },
});

export default tseslint.config(
  { ignores: ['**/dist/**', '.concord/**', 'node_modules/**', '**/*.mjs', 'eslint.config.js'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: {
        project: ['./api/tsconfig.json', './functions/tsconfig.json', './addin/tsconfig.json', './sandbox/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'eqeqeq': ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': 'off',
    },
  },
  { files: ['**/*.test.ts', '**/*.test.tsx', 'functions/test/**', 'test/**'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['functions/src/**/*.ts'], ignores: ['functions/src/connectors/*/client.ts', 'functions/src/connectors/*/auth.ts', 'functions/src/outside/**', '**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'fetch', message: 'The network is reached in connectors/*/client.ts only.' }] } },
  {
    files: ['functions/src/engine/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'crypto', 'performance', 'setTimeout', 'console'],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'The engine is pure: randomness is a port.' },
        { object: 'Date', property: 'now', message: 'The engine is pure: the time is passed in.' }],
      'no-restricted-syntax': ['error', { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The engine is pure: the time is passed in.' }],
    },
  },
  inward(['functions/src/engine/**/*.ts'], ['../app/*', '../ports/*', '../store/*', '../connectors/*', '../triggers/*', 'node:*'], 'The engine imports nothing outward.'),
  inward(['functions/src/ports/**/*.ts'], ['../app/*', '../store/*', '../connectors/*', '../triggers/*'], 'A port knows the engine only.'),
  inward(['functions/src/store/**/*.ts'], ['../connectors/*', '../triggers/*'], 'The store knows neither connectors nor triggers.'),
  inward(['functions/src/connectors/**/*.ts'], ['../../app/*', '../../store/*', '../../triggers/*'], 'A connector knows ports and engine only.'),
  { files: ['addin/src/**/*.tsx', 'addin/src/**/*.ts'], plugins: { 'react-hooks': hooks }, rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' } },
);
