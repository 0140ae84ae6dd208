import IconAward from '~icons/lucide/award';
import IconBackpack from '~icons/lucide/backpack';
import IconBadgeCheck from '~icons/lucide/badge-check';
import IconBook from '~icons/lucide/book';
import IconBookOpen from '~icons/lucide/book-open';
import IconBookOpenCheck from '~icons/lucide/book-open-check';
import IconBrain from '~icons/lucide/brain';
import IconCalendarCheck from '~icons/lucide/calendar-check';
import IconCoffee from '~icons/lucide/coffee';
import IconCompass from '~icons/lucide/compass';
import IconCupSoda from '~icons/lucide/cup-soda';
import IconFileCheck from '~icons/lucide/file-check';
import IconFlag from '~icons/lucide/flag';
import IconFlame from '~icons/lucide/flame';
import IconFootprints from '~icons/lucide/footprints';
import IconGift from '~icons/lucide/gift';
import IconGraduationCap from '~icons/lucide/graduation-cap';
import IconHandshake from '~icons/lucide/handshake';
import IconHeadphones from '~icons/lucide/headphones';
import IconLayers from '~icons/lucide/layers';
import IconLibrary from '~icons/lucide/library';
import IconLightbulb from '~icons/lucide/lightbulb';
import IconMapPin from '~icons/lucide/map-pin';
import IconMedal from '~icons/lucide/medal';
import IconMessageCircle from '~icons/lucide/message-circle';
import IconMic from '~icons/lucide/mic';
import IconMountain from '~icons/lucide/mountain';
import IconMountainSnow from '~icons/lucide/mountain-snow';
import IconPenLine from '~icons/lucide/pen-line';
import IconPlane from '~icons/lucide/plane';
import IconPresentation from '~icons/lucide/presentation';
import IconRocket from '~icons/lucide/rocket';
import IconShieldCheck from '~icons/lucide/shield-check';
import IconSprout from '~icons/lucide/sprout';
import IconStar from '~icons/lucide/star';
import IconSunset from '~icons/lucide/sunset';
import IconTarget from '~icons/lucide/target';
import IconTentTree from '~icons/lucide/tent-tree';
import IconTicket from '~icons/lucide/ticket';
import IconTreePine from '~icons/lucide/tree-pine';
import IconTrophy from '~icons/lucide/trophy';
import IconUsers from '~icons/lucide/users';
import IconUtensils from '~icons/lucide/utensils';
import IconZap from '~icons/lucide/zap';
import type { Component } from 'vue';

/** Glyphs that badges and rewards may carry, by their lucide name. Data names them, so they can't be imported where used. */
export const GLYPHS: Readonly<Record<string, Component>> = {
  award: IconAward,
  backpack: IconBackpack,
  'badge-check': IconBadgeCheck,
  book: IconBook,
  'book-open': IconBookOpen,
  'book-open-check': IconBookOpenCheck,
  brain: IconBrain,
  'calendar-check': IconCalendarCheck,
  coffee: IconCoffee,
  compass: IconCompass,
  'cup-soda': IconCupSoda,
  'file-check': IconFileCheck,
  flag: IconFlag,
  flame: IconFlame,
  footprints: IconFootprints,
  gift: IconGift,
  'graduation-cap': IconGraduationCap,
  handshake: IconHandshake,
  headphones: IconHeadphones,
  layers: IconLayers,
  library: IconLibrary,
  lightbulb: IconLightbulb,
  'map-pin': IconMapPin,
  medal: IconMedal,
  'message-circle': IconMessageCircle,
  mic: IconMic,
  mountain: IconMountain,
  'mountain-snow': IconMountainSnow,
  'pen-line': IconPenLine,
  plane: IconPlane,
  presentation: IconPresentation,
  rocket: IconRocket,
  'shield-check': IconShieldCheck,
  sprout: IconSprout,
  star: IconStar,
  sunset: IconSunset,
  target: IconTarget,
  'tent-tree': IconTentTree,
  ticket: IconTicket,
  'tree-pine': IconTreePine,
  trophy: IconTrophy,
  users: IconUsers,
  utensils: IconUtensils,
  zap: IconZap,
};

export function glyph(name: string | null | undefined): Component {
  return (name ? GLYPHS[name] : undefined) ?? IconStar;
}
