/** Asks which store to use, and writes the answer down. */
const run = async ({ role, ask, write }) => {
  if (role !== 'execution') return;
  const answer = await ask('Which store?', ['LevelDB', 'PostgreSQL']);
  await write('store.txt', answer ?? 'my own choice');
};

export { run as default };
