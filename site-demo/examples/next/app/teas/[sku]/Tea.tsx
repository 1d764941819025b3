'use client'
import { useEffect } from 'react'
import { useTrack } from '../../../components/useTrack'

export function Tea({ sku }: { sku: string }) {
  const track = useTrack()
  useEffect(() => {
    track('Product Viewed', { sku })
  }, [track, sku])
  return <button onClick={() => track('Product Added', { sku, quantity: 1 })}>Add to cart</button>
}
