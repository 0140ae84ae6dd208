import { createApp, defineComponent, h, nextTick, type WritableComputedRef } from 'vue';
import { createMemoryHistory, createRouter, RouterView } from 'vue-router';
import { expect, it } from 'vitest';
import { useUrl } from './use-url.js';

/** What timers of this moment do is done. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function listPage(): Promise<{
  router: ReturnType<typeof createRouter>;
  text: WritableComputedRef<string>;
  arrive: () => void;
}> {
  let text: WritableComputedRef<string> | undefined;
  let arrive: () => void = () => undefined;
  const List = defineComponent(() => {
    text = useUrl('q');
    return () => h('p', text?.value);
  });
  const slow = new Promise<object>((resolve) => {
    arrive = () => resolve(defineComponent(() => () => h('p', 'person')));
  });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/list', component: List },
      { path: '/person', component: () => slow },
    ],
  });
  await router.push('/list');
  createApp(defineComponent(() => () => h(RouterView)))
    .use(router)
    .mount(document.createElement('div'));
  await nextTick();
  return { router, text: text as WritableComputedRef<string>, arrive };
}

it('a filter stands in the address', async () => {
  const { router, text } = await listPage();
  text.value = 'lin';
  await expect.poll(() => router.currentRoute.value.fullPath).toBe('/list?q=lin');
});

it('a search that was typed before a click does not cancel the page on its way', async () => {
  const { router, text, arrive } = await listPage();
  const gone = router.push('/person');
  await turn();
  text.value = 'lin';
  await turn();
  arrive();
  expect(await gone).toBeUndefined();
  expect(router.currentRoute.value.fullPath).toBe('/person');
});

it('nor one that was typed in the same moment, before the click was seen', async () => {
  const { router, text, arrive } = await listPage();
  text.value = 'lin';
  const gone = router.push('/person');
  await turn();
  arrive();
  expect(await gone).toBeUndefined();
  expect(router.currentRoute.value.path).toBe('/person');
});
