import { useEffect } from 'react'
import { Link, Route, Routes, useParams } from 'react-router'
import { usePageViews, useTrack } from './track'

const Home = () => (
  <main>
    <title>Teas</title>
    <Link to="/teas/assam">Assam</Link>
  </main>
)

function Tea() {
  const track = useTrack()
  const { sku = '' } = useParams()
  useEffect(() => {
    track('Product Viewed', { sku })
  }, [track, sku])
  return (
    <main>
      <title>{sku}</title>
      <button onClick={() => track('Product Added', { sku, quantity: 1 })}>Add to cart</button>
      <Link to="/">Teas</Link>
    </main>
  )
}

export function App() {
  usePageViews()
  return (
    <Routes>
      <Route path="/" element={<Home />} />
      <Route path="/teas/:sku" element={<Tea />} />
    </Routes>
  )
}
