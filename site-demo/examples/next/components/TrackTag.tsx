import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// The stub that keeps calls until the agent is there; without the tags around it.
const snippet = readFileSync(join(process.cwd(), 'node_modules/firsthand/dist/snippet.html'), 'utf8').replace(/^<script>|<\/script>\s*$/g, '')

export function TrackTag() {
  return (
    <>
      <script dangerouslySetInnerHTML={{ __html: snippet }} />
      <script async src="/fh/firsthand.js" data-key="WRITE_KEY" data-endpoint="/v1/batch" />
    </>
  )
}
