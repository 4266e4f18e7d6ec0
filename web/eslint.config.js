// What `npm run lint` holds the pages to. How they are laid out is Prettier's.
import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist', 'src/lib/api/schema.d.ts'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  ...svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // What is shown is `$state`; maps and addresses that nothing is shown of need not be.
      'svelte/prefer-svelte-reactivity': 'off',
      // svelte-check knows which of the compiler's warnings there are.
      'svelte/no-unused-svelte-ignore': 'off',
    },
  },
  // Playwright tells what a fixture needs by the names that it takes, and takes no other form.
  { files: ['e2e/fixtures.ts'], rules: { 'no-empty-pattern': 'off' } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
)
