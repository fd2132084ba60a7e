/** That an id, lower-case hexadecimal, begins with what is typed, the first parameter; nothing begins with nothing. What is typed is no pattern. */
export const BEGINS_SO = "?1 <> '' AND id >= lower(?1) AND id < lower(?1) || 'g'";
