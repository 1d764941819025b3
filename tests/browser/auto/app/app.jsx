// The page of tests/browser/auto/page.mjs once more, as a React application: the
// same elements by the same ids, its routes by React Router, its handlers React's.
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Link, Route, Routes, useNavigate, useSearchParams } from 'react-router';

const prevent = (event) => event.preventDefault();

const Title = ({ children }) => {
  useEffect(() => void (document.title = children), [children]);
  return <h1>{children}</h1>;
};

const Alive = () => {
  const [times, setTimes] = useState(0);
  return <button id="alive" onClick={() => setTimes(times + 1)}>Alive {times}</button>;
};

const Checked = () => {
  const [isInvalid, setInvalid] = useState(false);
  const check = (event) => {
    event.preventDefault();
    setInvalid(!event.target.elements.code.value);
  };
  return (
    <form id="checked" name="Voucher" noValidate onSubmit={check}>
      <input name="code" aria-invalid={isInvalid} />
      <button id="check">Check</button>
    </form>
  );
};

const Home = () => {
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Title>Home</Title>
      <nav>
        <button id="push" onClick={() => navigate('/second')}>Second</button>
        <Link id="link" to="/second">Second</Link>
        <button id="query" onClick={() => setParams({ sort: 'price' }, { replace: true })}>Sort {params.get('sort')}</button>
        <button id="replace" onClick={() => navigate('/third', { replace: true })}>Third</button>
        <button id="term" onClick={() => setParams({ q: 'boots' })}>Boots</button>
        <a id="hash" href="#part">Part</a>
      </nav>
      <a id="outbound" className="partner" href="http://other.test/landing?a=1" target="_blank" rel="noreferrer">Other</a>
      <a id="inside" href="/inside" onClick={prevent}>Inside</a>
      <a id="mail" href="mailto:ada@example.com" onClick={prevent}>Mail</a>
      <a id="file" href="/files/report.pdf?v=2" onClick={prevent}>Report</a>
      <button id="export" onClick={() => window.exportFile()}>Export</button>
      <form id="join" name="Newsletter" action="/join?from=home" onSubmit={prevent}>
        <input id="email" name="email" type="email" required defaultValue="" />
        <button id="send">Join</button>
      </form>
      <Checked />
      <form id="address" action="/address"><input name="street" /><input name="id" /></form>
      <button id="plan" data-fh-event="Plan Chosen" data-fh-plan="pro" data-fh-list-name="pricing">Take 12 of <b>Ada's</b></button>
      <label id="terms" data-fh-event="Terms Ticked">Terms <input type="checkbox" /></label>
      <Alive />
      <button id="dead">Dead</button>
      <button id="throw" onClick={() => setTimeout(() => window.fail())}>Throw</button>
      <button id="reject" onClick={() => window.rejectNow()}>Reject</button>
      <button id="block" onClick={() => window.block()}>Block</button>
      <video id="film" title="Film" src="/tone.wav" />
      <audio id="song" src="/tone.wav" />
      <video id="ambient" muted loop src="/tone.wav" />
      <button id="play" onClick={() => window.playAll()}>Play</button>
      <p id="words">Words of nobody's business</p>
      <button id="copy" onClick={() => window.copyWords()}>Copy</button>
      <button id="more" onClick={() => setOpen(true)}>More</button>
      {isOpen && <p id="added" data-fh-view="Added Seen">Added</p>}
      <div style={{ height: 3000 }} />
      <p id="offer" data-fh-view="Offer Seen" data-fh-offer="spring">Offer</p>
    </>
  );
};

const Other = ({ title }) => {
  const navigate = useNavigate();
  return (
    <>
      <Title>{title}</Title>
      <button id="push" onClick={() => navigate('/second')}>Second</button>
    </>
  );
};

createRoot(document.getElementById('root')).render(
  <BrowserRouter>
    <Routes>
      <Route path="/" element={<Home />} />
      <Route path="/second" element={<Other title="Second" />} />
      <Route path="/third" element={<Other title="Third" />} />
      <Route path="*" element={<p className="not-found">No such page</p>} />
    </Routes>
  </BrowserRouter>,
);
