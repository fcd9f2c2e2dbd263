// The arrows of ARCHITECTURE.md, held by lint: a folder may import only what is listed behind it.
import tseslint from 'typescript-eslint'

const arrows = {
  protocol: [],
  runtime: ['protocol'],
  kernels: ['protocol'],
  graph: ['runtime', 'protocol'],
  optim: ['kernels', 'graph', 'runtime', 'protocol'],
  random: [],
  pretrained: ['random', 'protocol'],
  models: ['pretrained', 'kernels', 'graph', 'runtime', 'protocol'],
  data: ['random', 'protocol'],
  classify: ['data', 'models', 'pretrained', 'runtime', 'protocol'],
  runs: ['pretrained', 'runtime', 'protocol'],
  hub: ['runs', 'data', 'pretrained', 'protocol'],
  publish: ['hub', 'runs', 'protocol'],
  gpu: ['hub', 'runs', 'runtime', 'protocol'],
  trainer: ['gpu', 'publish', 'runs', 'classify', 'hub', 'data', 'models', 'pretrained', 'optim', 'graph', 'runtime', 'random', 'protocol'],
  worker: ['trainer', 'publish', 'runs', 'hub', 'data', 'models', 'pretrained', 'runtime', 'protocol'],
  editor: ['hub', 'runs', 'protocol'],
  cli: ['trainer', 'gpu', 'publish', 'runs', 'classify', 'hub', 'runtime', 'protocol'],
}

const borders = Object.entries(arrows).map(([folder, allowed]) => {
  const forbidden = Object.keys(arrows).filter((other) => other !== folder && !allowed.includes(other))
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          ...forbidden.map((other) => ({ group: [`**/${other}/**`], message: `${folder}/ may not import ${other}/: see the arrows in ARCHITECTURE.md.` })),
          ...folder === 'editor' ? [] : [{ group: ['vscode'], message: 'Only src/editor imports vscode.' }],
          ...folder === 'runtime' ? [] : [{ group: ['koffi'], message: 'Import it from src/runtime/koffi.ts, which sets it up.' }],
        ],
      }],
    },
  }
})

// A text that a person reads is translated: what it is given to tells where one stands.
const words = ':matches(Literal[value=/[a-z]{2}/i], TemplateLiteral:has(TemplateElement[value.raw=/[a-z]{2}/i]))'
const untranslated = [
  `CallExpression[callee.name="element"] > ObjectExpression ~ ${words}`,
  `CallExpression[callee.name="element"] > ObjectExpression ~ ConditionalExpression > ${words}`,
  `CallExpression[callee.name=/^(button|busy|chart|table|labelled)$/] > ${words}:first-child`,
  `CallExpression[callee.name="setText"] > ${words}:nth-child(2)`,
  `CallExpression[callee.property.name=/^(show(Information|Warning|Error)Message|setStatusBarMessage)$/] > ${words}`,
  `Property[key.name=/^(label|title|text|caption|placeholder|placeHolder|prompt|description|detail|tooltip|openLabel)$/] > ${words}.value`,
  `Property[key.value=/^(aria-label|aria-description)$/] > ${words}.value`,
  `AssignmentExpression[left.property.name=/^(textContent|label|title|placeholder|description|detail|tooltip|ariaLabel)$/] > ${words}`,
].map((selector) => ({ selector, message: 'A person reads this: l10n.t(\'…\').' }))

// Notifications make links of text: only words of ours go into them as they are.
const markup = [{
  selector: 'CallExpression[callee.property.name=/^show(Information|Warning|Error)Message$/]'
    + ':not([arguments.0.callee.name="asNotice"]):not([arguments.0.callee.property.name="t"][arguments.0.arguments.length=1])',
  message: 'A stranger\'s text may be in it: asNotice(…).',
}]

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'src/kernels/assembly/', '**/.venv/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'func-style': ['error', 'declaration', { allowArrowFunctions: true }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-properties': ['error',
        { object: 'document', property: 'write', message: 'Text is a stranger\'s: set it as text.' },
        { object: 'Math', property: 'random', message: 'Everything random comes from a seed.' },
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'createContextualFragment', 'parseFromString', 'srcdoc'].map((property) => ({ property, message: 'Text is a stranger\'s: set it as text.' })),
      ],
    },
  },
  ...borders,
  { files: ['src/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['vscode'], message: 'Only src/editor imports vscode.' }] }] } },
  { files: ['webview-ui/**/*.ts', 'src/editor/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...untranslated, ...markup] } },
  {
    files: ['webview-ui/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [{ regex: '/src/(?!protocol/)', message: 'A page knows the protocol only.' }, { group: ['@vscode/webview-ui-toolkit'], message: 'Only kit.ts imports the UI toolkit.' }],
      }],
    },
  },
  {
    files: ['webview-ui/kit.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '/src/(?!protocol/)', message: 'A page knows the protocol only.' }] }] },
  },
)
