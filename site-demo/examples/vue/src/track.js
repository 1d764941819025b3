import { inject, nextTick } from 'vue'

const TRACK = Symbol('track')

/** app.use(trackPlugin, { track, router }): useTrack in each component, a page call for each route. */
export const trackPlugin = {
  install(app, { track, router }) {
    app.provide(TRACK, track)
    router.afterEach(async (to, from, failure) => {
      if (failure) return
      await nextTick() // for the title that the component sets
      track.page()
    })
  },
}

export const useTrack = () => inject(TRACK)
