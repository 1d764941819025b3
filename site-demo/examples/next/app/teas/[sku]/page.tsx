import Link from 'next/link'
import { Tea } from './Tea'

export default async function Page({ params }: { params: Promise<{ sku: string }> }) {
  const { sku } = await params
  return (
    <main>
      <title>{sku}</title>
      <Tea sku={sku} />
      <Link href="/">Teas</Link>
    </main>
  )
}
