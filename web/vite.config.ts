import { svelte } from '@sveltejs/vite-plugin-svelte'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Runs before the first paint, so that neither theme nor language flashes; the policy allows
 *  nothing inline, hence a file of its own that does not wait as modules do. */
function early(): Plugin {
  const source = () => readFileSync(fileURLToPath(new URL('src/early.js', import.meta.url)), 'utf8')
  let serving = false
  return {
    name: 'early',
    configResolved: (config) => void (serving = config.command === 'serve'),
    buildStart() {
      if (!serving) this.emitFile({ type: 'asset', name: 'early.js', source: source() })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, context) {
        const bundled = Object.values(context.bundle ?? {}).find((out) => out.fileName.includes('/early-'))
        const src = bundled ? `/${bundled.fileName}` : '/src/early.js'
        return [{ tag: 'script', attrs: { src }, injectTo: 'head-prepend' }]
      },
    },
  }
}

/** Compressed twins beside every file: the server compresses nothing itself. */
function compressed(): Plugin {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle(options) {
      const folder = options.dir ?? 'dist'
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue
        const path = join(entry.parentPath, entry.name)
        const bytes = readFileSync(path)
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality))
      }
    },
  }
}

export default defineConfig({
  plugins: [svelte(), early(), compressed()],
  resolve: {
    alias: {
      $lib: fileURLToPath(new URL('src/lib', import.meta.url)),
      $texts: fileURLToPath(new URL('src/texts/index.svelte.ts', import.meta.url)),
    },
  },
  build: {
    target: 'es2022',
    // Browsers that know `light-dark()`, which the colours are made of.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Files as data: addresses would be scripts and styles that the policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Which files a page loads, for the budget.
    manifest: true,
    rolldownOptions: {
      output: {
        // What most pages share in one file: a request costs more than these few bytes.
        codeSplitting: { groups: [{ name: 'shared', test: /node_modules|src\/(lib|texts\/index)/, minShareCount: 5 }] },
      },
    },
  },
  server: { proxy: Object.fromEntries(['/api', '/d/', '/s/'].map((path) => [path, 'http://127.0.0.1:8080'])) },
})
