import { ref } from 'vue';

/** The people whose activation codes are to be printed: carried from the list to the sheet, never into the address. */
export const chosenForCodes = ref<string[]>([]);
