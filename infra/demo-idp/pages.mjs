/**
 * The pages of the demo e-ID: whole HTML from the server, no script needed, nothing fetched from elsewhere.
 *
 * Every value goes through `html`, which escapes; only what `html` returned is left as it is.
 */

const WORDS = {
  sv: {
    product: 'Demolegitimation',
    notice: 'Påhittade personer. Här finns inga lösenord och inga personnummer.',
    skip: 'Till innehållet',
    signInTitle: 'Vem är du?',
    signInLede: (client) => `${client} vill veta vem du är. Välj en person för att logga in.`,
    identifyTitle: 'Visa vem du är innan du skriver under',
    identifyLede: (client) => `${client} ber om en underskrift. Du ser vad du skriver under i nästa steg.`,
    expected: 'Väntas skriva under',
    suggested: 'Föreslagen',
    others: 'Andra personer',
    companies: 'Företag',
    municipalities: 'Kommuner',
    continueAs: (name) => `Fortsätt som ${name}`,
    choose: 'Välj',
    cancel: 'Avbryt',
    signTitle: 'Skriv under',
    youAre: 'Du skriver under som',
    asks: (client) => `${client} ber dig skriva under:`,
    sign: 'Skriv under',
    notYou: 'Jag är någon annan',
    signMeaning: 'Din underskrift binds till dokumentets kontrollsumma.',
    checksum: 'Kontrollsumma',
    wrongTitle: 'Underskriften väntar på någon annan',
    wrongText: (name) => `Du valde ${name}. Den här underskriften kan bara lämnas av den person som tjänsten har bett skriva under. Inget har skrivits under.`,
    wrongSignInTitle: 'Inloggningen gäller någon annan',
    wrongSignInText: (name) => `Du valde ${name}. Tjänsten har bett en annan bestämd person att visa vem den är.`,
    levelTitle: 'Legitimationen räcker inte',
    levelText: (name) => `${name} har en e-legitimation på lägre nivå än tjänsten kräver.`,
    again: 'Välj en annan person',
    signOutTitle: 'Logga ut?',
    signOutText: 'Du loggas ut från demolegitimationen och från de tjänster där du är inloggad med den.',
    signOut: 'Logga ut',
    stay: 'Stanna kvar',
    signedOutTitle: 'Du är utloggad',
    signedOutText: 'Du kan stänga fönstret.',
    errorTitle: 'Det gick inte',
    errorText: 'Gå tillbaka till tjänsten och försök igen. Om felet kommer tillbaka: visa raden nedan för den som sköter tjänsten.',
    expiredTitle: 'Det här steget har gått ut',
    expiredText: 'Gå tillbaka till tjänsten och börja om därifrån.',
  },
  en: {
    product: 'Demo e-ID',
    notice: 'Invented people. There are no passwords and no personal identity numbers here.',
    skip: 'Skip to content',
    signInTitle: 'Who are you?',
    signInLede: (client) => `${client} wants to know who you are. Choose a person to sign in.`,
    identifyTitle: 'Show who you are before you sign',
    identifyLede: (client) => `${client} asks for a signature. You see what you sign in the next step.`,
    expected: 'Expected to sign',
    suggested: 'Suggested',
    others: 'Other people',
    companies: 'Companies',
    municipalities: 'Municipalities',
    continueAs: (name) => `Continue as ${name}`,
    choose: 'Choose',
    cancel: 'Cancel',
    signTitle: 'Sign',
    youAre: 'You sign as',
    asks: (client) => `${client} asks you to sign:`,
    sign: 'Sign',
    notYou: 'I am somebody else',
    signMeaning: 'Your signature is bound to the checksum of the document.',
    checksum: 'Checksum',
    wrongTitle: 'This signature is waiting for somebody else',
    wrongText: (name) => `You chose ${name}. Only the person whom the service has asked can give this signature. Nothing has been signed.`,
    wrongSignInTitle: 'This sign-in is for somebody else',
    wrongSignInText: (name) => `You chose ${name}. The service has asked another, particular person to show who they are.`,
    levelTitle: 'This e-ID is not enough',
    levelText: (name) => `The e-ID of ${name} has a lower level than the service demands.`,
    again: 'Choose another person',
    signOutTitle: 'Sign out?',
    signOutText: 'You are signed out of the demo e-ID and of the services where you signed in with it.',
    signOut: 'Sign out',
    stay: 'Stay signed in',
    signedOutTitle: 'You are signed out',
    signedOutText: 'You can close this window.',
    errorTitle: 'That did not work',
    errorText: 'Go back to the service and try again. If it happens again, show the line below to whoever runs the service.',
    expiredTitle: 'This step has expired',
    expiredText: 'Go back to the service and begin again from there.',
  },
};

class Markup {
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

const ENTITY = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function shown(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(shown).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (mark) => ENTITY[mark]);
}

export function html(strings, ...values) {
  return new Markup(strings.reduce((text, part, at) => text + shown(values[at - 1]) + part));
}

/** For markup that the library made: its sign-out form. */
export const trusted = (text) => new Markup(text);

/** The first language of `ui_locales` (or of the browser) that we speak; Swedish otherwise. */
export function language(uiLocales, acceptLanguage) {
  for (const tag of [...(uiLocales ?? '').split(' '), ...(acceptLanguage ?? '').split(',')]) {
    const primary = tag.trim().slice(0, 2).toLowerCase();
    if (primary in WORDS) return primary;
  }
  return 'sv';
}

export function layout(lang, title, body) {
  const words = WORDS[lang];
  return html`<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${words.product}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header><div class="wrap"><span class="mark" aria-hidden="true"></span><strong>${words.product}</strong></div></header>
<main id="content" tabindex="-1" class="wrap">
${body}
</main>
<footer><div class="wrap"><p>${words.notice}</p></div></footer>
</body>
</html>`.toString();
}

function organisation(group, lang) {
  return group.note ? `${group.name} (${group.note[lang]})` : group.name;
}

const cancelForm = (words) =>
  html`<form method="post"><button class="plain" name="action" value="cancel">${words.cancel}</button></form>`;

function personRow(person, lang) {
  const words = WORDS[lang];
  return html`<li><form method="post"><input type="hidden" name="person" value="${person.sub}"><button class="person" name="action" value="choose"><span><b>${person.name}</b><small>${person.description[lang]}</small></span><span class="go" aria-hidden="true">${words.choose}</span></button></form></li>`;
}

function groupList(groups, people, lang, except) {
  return groups.map((group) => {
    const members = people.filter((person) => person.group === group.id && person.sub !== except?.sub);
    return members.length > 0 && html`<section class="group"><h3>${organisation(group, lang)}</h3><ul>${members.map((person) => personRow(person, lang))}</ul></section>`;
  });
}

/** Everybody, grouped; the one that the service named comes first, with a button of their own. */
export function choosePage(lang, { client, people, groups, first, bound, signing }) {
  const words = WORDS[lang];
  const title = signing ? words.identifyTitle : words.signInTitle;
  const kinds = [['company', words.companies], ['municipality', words.municipalities]];
  const firstGroup = first && groups.find((group) => group.id === first.group);
  return layout(lang, title, html`
<h1>${title}</h1>
<p class="lede">${signing ? words.identifyLede(client) : words.signInLede(client)}</p>
${first && html`<section class="first" aria-labelledby="first"><p class="kicker" id="first">${signing && bound ? words.expected : words.suggested}</p>
<h2>${first.name}</h2><p>${first.description[lang]}, ${organisation(firstGroup, lang)}</p>
<form method="post"><input type="hidden" name="person" value="${first.sub}"><button class="primary" name="action" value="choose">${words.continueAs(first.name)}</button></form></section>
<p class="others">${words.others}</p>`}
<div class="kinds">${kinds.map(([kind, heading]) => html`<section><h2>${heading}</h2>${groupList(groups.filter((group) => group.kind === kind), people, lang, first)}</section>`)}</div>
${cancelForm(words)}`);
}

export function signPage(lang, { client, person, group, message, checksum }) {
  const words = WORDS[lang];
  const text = message[lang] ?? message.sv ?? Object.values(message)[0];
  return layout(lang, words.signTitle, html`
<h1>${words.signTitle}</h1>
<p class="lede">${words.asks(client)}</p>
<div class="message">${text}</div>
<dl><div><dt>${words.youAre}</dt><dd><b>${person.name}</b><br>${person.description[lang]}, ${organisation(group, lang)}</dd></div>
<div><dt>${words.checksum}</dt><dd><code>${checksum}</code><br>${words.signMeaning}</dd></div></dl>
<form method="post" class="actions"><input type="hidden" name="person" value="${person.sub}">
<button class="primary" name="action" value="sign">${words.sign}</button>
<button class="secondary" name="action" value="cancel">${words.cancel}</button></form>
<p><a href="">${words.notYou}</a></p>`);
}

/** Why this person cannot go on; they may pick again or cancel. */
export function refusedPage(lang, { reason, person }) {
  const words = WORDS[lang];
  const title = words[`${reason}Title`];
  return layout(lang, title, html`
<h1>${title}</h1>
<p class="lede" role="alert">${words[`${reason}Text`](person.name)}</p>
<div class="actions"><a class="primary" href="">${words.again}</a>${cancelForm(words)}</div>`);
}

export function signOutPage(lang, form) {
  const words = WORDS[lang];
  return layout(lang, words.signOutTitle, html`
<h1>${words.signOutTitle}</h1>
<p class="lede">${words.signOutText}</p>
${trusted(form)}
<div class="actions"><button class="primary" form="op.logoutForm" name="logout" value="yes">${words.signOut}</button>
<button class="secondary" form="op.logoutForm">${words.stay}</button></div>`);
}

export function plainPage(lang, name, detail) {
  const words = WORDS[lang];
  return layout(lang, words[`${name}Title`], html`
<h1>${words[`${name}Title`]}</h1>
<p class="lede">${words[`${name}Text`]}</p>
${detail && html`<p><code>${detail}</code></p>`}`);
}
