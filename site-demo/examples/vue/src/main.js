import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import App from './App.vue'
import Home from './Home.vue'
import Tea from './Tea.vue'
import { track } from './agent'
import { trackPlugin } from './track'

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Home },
    { path: '/teas/:sku', component: Tea, props: true },
  ],
})

createApp(App).use(trackPlugin, { track, router }).use(router).mount('#app')
