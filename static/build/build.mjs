// Build static/vendor/ from node_modules: `node build.mjs TARGET`. Called by vendor.sh.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { compile } from 'sass'

const target = process.argv[2]
const modules = join(import.meta.dirname, 'node_modules')
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))

// Fonts are for PDFs only; the four images are those the NHS style sheet asks for, the others are page icons.
const icons = ['favicon.ico', 'favicon.svg', 'nhsuk-icon-180.png', 'nhsuk-icon-mask.svg']
const images = ['arrow-down', 'arrow-up-down', 'arrow-up', 'cross'].map((name) => `nhsuk-icon-${name}.svg`)
const packages = [
  {
    name: 'nhsuk-frontend',
    licence: 'MIT',
    licenceText: '../../nhsuk-licence.txt',
    change: 'Style sheet compiled without the web font; script wrapped as window.NHSUKFrontend.',
    files: () => ({
      'nhsuk-frontend.min.css': styles(),
      'nhsuk-frontend.min.js': asGlobal(read('nhsuk-frontend', 'dist/nhsuk/nhsuk-frontend.min.js'), 'NHSUKFrontend'),
      ...copies('nhsuk-frontend', 'dist/nhsuk/assets/images', [...icons, ...images], 'images')
    })
  },
  {
    name: 'plotly.js-cartesian-dist-min',
    folder: 'plotly',
    licence: 'MIT',
    licenceText: 'LICENSE',
    files: () => copies('plotly.js-cartesian-dist-min', '', ['plotly-cartesian.min.js'])
  },
  {
    name: 'accessible-autocomplete',
    licence: 'MIT',
    licenceText: 'LICENSE.txt',
    files: () =>
      copies('accessible-autocomplete', 'dist', ['accessible-autocomplete.min.js', 'accessible-autocomplete.min.css'])
  },
  {
    name: 'source-sans',
    folder: 'fonts',
    licence: 'OFL-1.1',
    licenceText: 'LICENSE.md',
    files: () => copies('source-sans', 'TTF', ['SourceSans3-Regular.ttf', 'SourceSans3-Bold.ttf'])
  }
]

function read(name, path) {
  return readFileSync(join(modules, name, path), 'utf8')
}

function styles() {
  return compile('nhsuk.scss', { style: 'compressed', loadPaths: [modules], quietDeps: true }).css
}

/** Turn a bundled ES module into a plain script that sets one global: hashed file names break `import`. */
function asGlobal(source, name) {
  const exported = /export\s*\{([^}]*)\};?/
  if (!exported.test(source)) throw new Error(`${name}: no export list found`)
  return `(function(){${source.replace(exported, `window.${name}={$1};`)}\n})();\n`
}

function copies(name, folder, files, into = '') {
  return Object.fromEntries(files.map((file) => [join(into, file), readFileSync(join(modules, name, folder, file))]))
}

/** Drop the pointer to a source map we do not ship, and end with a newline. */
function clean(path, content) {
  if (!/\.(css|js)$/.test(path)) return content
  const text = content.toString().replace(/\/[/*][#@] ?sourceMappingURL=[^\n*]*(\*\/)?/g, '')
  return Buffer.from(text.trimEnd() + '\n')
}

function everyFile(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

rmSync(target, { recursive: true, force: true })
const manifest = { packages: [] }
for (const item of packages) {
  const folder = join(target, item.folder ?? item.name)
  for (const [path, content] of Object.entries(item.files())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), clean(path, content))
  }
  cpSync(join(modules, item.name, item.licenceText), join(folder, 'LICENCE.txt'))
  const sha256 = Object.fromEntries(
    everyFile(folder).map((path) => [
      relative(target, path),
      createHash('sha256').update(readFileSync(path)).digest('hex')
    ])
  )
  const { name, licence, change } = item
  const version = lock.packages[`node_modules/${name}`].version
  manifest.packages.push({ name, version, licence, ...(change && { change }), sha256 })
}
writeFileSync(join(target, 'MANIFEST.json'), JSON.stringify(manifest, null, 2) + '\n')
