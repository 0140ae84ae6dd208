import IconAward from '~icons/lucide/award';
import IconBackpack from '~icons/lucide/backpack';
import IconBookOpen from '~icons/lucide/book-open';
import IconCalendarCheck from '~icons/lucide/calendar-check';
import IconCoffee from '~icons/lucide/coffee';
import IconFileCheck from '~icons/lucide/file-check';
import IconFlame from '~icons/lucide/flame';
import IconGift from '~icons/lucide/gift';
import IconGraduationCap from '~icons/lucide/graduation-cap';
import IconHandshake from '~icons/lucide/handshake';
import IconLightbulb from '~icons/lucide/lightbulb';
import IconMessageCircle from '~icons/lucide/message-circle';
import IconMountain from '~icons/lucide/mountain';
import IconPlane from '~icons/lucide/plane';
import IconPresentation from '~icons/lucide/presentation';
import IconRocket from '~icons/lucide/rocket';
import IconStar from '~icons/lucide/star';
import IconSunset from '~icons/lucide/sunset';
import IconTarget from '~icons/lucide/target';
import IconTicket from '~icons/lucide/ticket';
import IconTrophy from '~icons/lucide/trophy';
import IconUsers from '~icons/lucide/users';
import IconZap from '~icons/lucide/zap';
import type { Component } from 'vue';

/** Glyphs that badges and rewards may carry, by their lucide name. Data names them, so they can't be imported where used. */
export const GLYPHS: Readonly<Record<string, Component>> = {
  award: IconAward,
  backpack: IconBackpack,
  'book-open': IconBookOpen,
  'calendar-check': IconCalendarCheck,
  coffee: IconCoffee,
  'file-check': IconFileCheck,
  flame: IconFlame,
  gift: IconGift,
  'graduation-cap': IconGraduationCap,
  handshake: IconHandshake,
  lightbulb: IconLightbulb,
  'message-circle': IconMessageCircle,
  mountain: IconMountain,
  plane: IconPlane,
  presentation: IconPresentation,
  rocket: IconRocket,
  star: IconStar,
  sunset: IconSunset,
  target: IconTarget,
  ticket: IconTicket,
  trophy: IconTrophy,
  users: IconUsers,
  zap: IconZap,
};

export function glyph(name: string | null | undefined): Component {
  return (name ? GLYPHS[name] : undefined) ?? IconStar;
}
