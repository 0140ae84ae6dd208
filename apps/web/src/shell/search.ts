import { ref } from 'vue';

export const searchOpen = ref(false);
