// What is said before there is a build. Plain JavaScript that every Node since version 12 can read.

export const FIRST_WORDS = {
  oldNode: {
    vi: (needed, actual) => `Liên thông cần Node ${needed} trở lên; máy này đang dùng Node ${actual}.`,
    en: (needed, actual) => `Lienthong needs Node ${needed} or later; this is Node ${actual}.`,
  },
  notBuilt: {
    vi: 'Chương trình chưa được dựng. Chạy `npm ci && npm run build` trong thư mục của chương trình, rồi thử lại.',
    en: 'The program has not been built. Run `npm ci && npm run build` in its folder, then try again.',
  },
  building: {
    vi: 'Đang dựng chương trình, khoảng nửa phút …',
    en: 'Building the program, about half a minute …',
  },
};
