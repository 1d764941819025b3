'use client'
import type { Firsthand } from 'firsthand'

type Events = {
  'Product Viewed': { sku: string }
  'Product Added': { sku: string; quantity: number }
}

declare global {
  interface Window {
    track: Firsthand<Events>
  }
}

// The agent takes the snippet's place when it has come, so it is looked up at each call.
const track = new Proxy(function () {} as unknown as Firsthand<Events>, {
  apply: (_, self, args) => Reflect.apply(window.track, self, args),
  get: (_, name) => Reflect.get(window.track, name),
})

/** For effects and handlers, which run in the browser only. */
export const useTrack = () => track
