/** Asks which store to use, and writes the answer down. */
export default async ({ role, ask, write }) => {
  if (role !== 'execution') return;
  const answer = await ask('Which store?', ['LevelDB', 'PostgreSQL']);
  await write('store.txt', answer ?? 'my own choice');
};
