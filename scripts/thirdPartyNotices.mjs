// THIRD_PARTY_NOTICES.txt: the packages whose code a VSIX carries, with their licences. It is made from what was bundled and
// copied, so it cannot be out of step; a licence that is not known to allow this fails.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packageFolder } from './targets.mjs'

const root = join(import.meta.dirname, '..')

const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

/** Packages that name a licence and bring no file of it: where its text is. */
const textElsewhere = {
  '@microsoft/fast-element': 'licenses/microsoft/LICENSE',
  '@microsoft/fast-foundation': 'licenses/microsoft/LICENSE',
  '@microsoft/fast-web-utilities': 'licenses/microsoft/LICENSE',
  '@vscode/l10n': 'licenses/microsoft/LICENSE',
  'onnxruntime-common': 'licenses/microsoft/LICENSE',
  'onnxruntime-node': 'licenses/microsoft/LICENSE',
}

/** In no bundle by name: the kernels are compiled with AssemblyScript's standard library. */
const compiledIn = ['assemblyscript']

/**
 * @param {string[]} bundled files that went into bundles, relative to the checkout
 * @param {string[]} copied names of packages that lie beside them
 */
export function thirdPartyNotices(bundled, copied) {
  const folders = [...bundled.flatMap(folderOfPackage), ...[...copied, ...compiledIn].map(packageFolder)]
  const packages = [...new Set(folders)].map(packageNotice).sort((a, b) => a.title < b.title ? -1 : 1)
  const parts = [...packages, ...embedded()]
  if (copied.includes('onnxruntime-node')) parts.push({ title: 'What ONNX Runtime is made of', text: read('licenses/onnxruntime/ThirdPartyNotices.txt') })
  const rule = '='.repeat(80)
  return ['Finetune carries the following software and data of others, under these licences.', ...parts.map(({ title }) => `- ${title}`)].join('\n')
    + parts.map(({ title, text }) => `\n\n${rule}\n${title}\n${rule}\n\n${text.trim()}\n`).join('')
}

/**
 * @param {string} folder of a package
 * @throws for a licence that is not known, or without its text
 */
export function packageNotice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!allowed.includes(license)) throw new Error(`${name} ${version} has the licence ${JSON.stringify(license)}: see what it asks for, then add it to scripts/thirdPartyNotices.mjs, or do without the package`)
  const own = readdirSync(folder).filter((file) => /^(licen[cs]e|notices?)(\.\w+)?$/i.test(file)).sort().map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const text = own.length > 0 ? own.join('\n\n') : elsewhere(name)
  if (text === undefined) throw new Error(`${name} ${version} brings no text of its licence ${license}: put it under licenses/ and name it in scripts/thirdPartyNotices.mjs`)
  return { title: `${name} ${version} (${license})`, text }
}

function elsewhere(name) {
  if (name.startsWith('@koromix/koffi-')) return readFileSync(join(packageFolder('koffi'), 'LICENSE.txt'), 'utf8')
  return Object.hasOwn(textElsewhere, name) ? read(textElsewhere[name]) : undefined
}

/** The embedded model and data say their licence at the top of their README, as on the Hub. */
function embedded() {
  return readdirSync(join(root, 'embedded')).filter((name) => existsSync(join(root, 'embedded', name, 'README.md'))).map((name) => {
    const card = read(`embedded/${name}/README.md`)
    const { license } = parse(card.split('---')[1])
    if (license !== 'apache-2.0') throw new Error(`embedded/${name} has the licence ${license}, which is not known here`)
    return { title: `embedded/${name} (Apache-2.0)`, text: `${card.split('---').slice(2).join('---').trim()}\n\nLicensed under the Apache License, Version 2.0, as Finetune itself: see LICENSE.` }
  })
}

/** The folder of the innermost package that a file belongs to; none for a file of ours. */
function folderOfPackage(path) {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.replaceAll('\\', '/'))
  return found ? [join(root, found[0])] : []
}

function read(path) {
  return readFileSync(join(root, path), 'utf8')
}
