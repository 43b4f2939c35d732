// The languages that people read here.

export type Language = 'vi' | 'en';

export type Texts = Readonly<Record<Language, string>>;
