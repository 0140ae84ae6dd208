export { normaliseAudienceRule, type AudienceRule } from './audience/audience-rule.js';
export { normaliseActivationCode } from './access-token/activation-code.js';
export { emailKey, employeeNumberKey, looksLikeEmail, looksLikeMobile, mobileKey } from './sign-in/identifier.js';
export { checkPassword, PASSWORD_MAX, PASSWORD_MIN } from './sign-in/password.js';
