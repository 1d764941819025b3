import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import type { Firsthand } from 'firsthand'
import type { Events } from './agent'

const Context = createContext<Firsthand<Events> | undefined>(undefined)

export function TrackProvider({ track, children }: { track: Firsthand<Events>; children: ReactNode }) {
  return <Context value={track}>{children}</Context>
}

export function useTrack() {
  const track = useContext(Context)
  if (!track) throw new Error('useTrack needs a TrackProvider above it')
  return track
}

/** A page call for each visit of a route. Strict mode runs effects twice, which is one visit. */
export function usePageViews() {
  const track = useTrack()
  const { key } = useLocation()
  const seen = useRef<string>(undefined)
  useEffect(() => {
    if (seen.current === key) return
    seen.current = key
    track.page()
  }, [track, key])
}
