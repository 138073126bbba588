// What the agent's tools do: one function per tool, by its name. Whatever one returns, the model sees; what it throws, too.
export default {
  'get-weather': async ({ city }) => ({ city, sky: 'sunny', celsius: 21 }),
  'roll-dice': async ({ sides = 6 }) => 1 + Math.floor(Math.random() * sides),
};
