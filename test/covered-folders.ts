/** Folders of the sources whose coverage counts. */
export const coveredFolders = ['src', 'machines', 'actors'];
