/** "a, b, c and 4 more". */
export const namesText = (names: string[], most = 5) => (names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', '));
