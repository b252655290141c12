// The widget in a Vue app: a component without a look of its own, and a composable for its events.

import { onUnmounted, ref, watch } from 'vue';
import { Deskbell } from 'deskbell';

export const DeskbellWidget = {
  name: 'DeskbellWidget',
  // `token`: the proof of who is signed in, from your server; none for a guest.
  props: { hub: String, site: String, accent: String, position: String, label: String, token: String },
  setup(props) {
    watch(() => JSON.stringify({ ...props, token: undefined }),
      (options) => Deskbell('boot', JSON.parse(options)), { immediate: true });
    watch(() => props.token, (token, before) => {
      if (token) Deskbell('identify', token);
      else if (before) void Deskbell('logout');
    }, { immediate: true });
    onUnmounted(() => Deskbell('destroy'));
    return () => null;
  },
};

/** What an event said last. */
export function useDeskbell(event, beginning) {
  const detail = ref(beginning);
  onUnmounted(Deskbell('on', event, (value) => { detail.value = value; }));
  return detail;
}
