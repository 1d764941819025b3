import type { ReactNode } from 'react'
import { PageViews } from '../components/PageViews'
import { TrackTag } from '../components/TrackTag'

export const metadata = { title: 'Teas' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <TrackTag />
      </head>
      <body>
        {children}
        <PageViews />
      </body>
    </html>
  )
}
