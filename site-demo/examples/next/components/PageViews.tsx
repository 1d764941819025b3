'use client'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useTrack } from './useTrack'

/** A page call for each route. Strict mode runs effects twice, which is one visit. */
export function PageViews() {
  const track = useTrack()
  const path = usePathname()
  const seen = useRef<string>(undefined)
  useEffect(() => {
    if (seen.current === path) return
    seen.current = path
    track.page()
  }, [track, path])
  return null
}
