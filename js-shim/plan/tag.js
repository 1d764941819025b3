// The plan's checker as a script, put into the page by the agent. Where the bridge is
// asked for, too, that is put in from here: the agent waits for one file only.
import { plan } from './index.js';

const { dataset, src, nonce } = document.currentScript;

const loadBridge = (agent) => {
  const script = document.createElement('script');
  script.dataset.global = dataset.global;
  script.nonce = nonce;
  script.onerror = () => agent.start({});
  script.src = src.replace('firsthand.plan', 'firsthand.bridge');
  document.head.append(script);
};

window[dataset.global].use({
  ...plan,
  load(track, agent) {
    const { adopt, link, query, cmp, renew } = agent.options;
    plan.load(track, agent);
    if ([adopt, link, query, cmp, renew].some((option) => option != null)) loadBridge(agent);
  },
});
