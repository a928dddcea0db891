export const Find = () => null;
