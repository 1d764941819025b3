import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { App } from './App'
import { track } from './agent'
import { TrackProvider } from './track'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <TrackProvider track={track}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </TrackProvider>
  </StrictMode>,
)
