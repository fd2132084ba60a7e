export const picturesWords = {
  inWords: 'In words',
} as const;
