// Links to files.
import { capture } from './capture.js';
import { onLink } from './element.js';

const FILES = 'pdf|xlsx?|docx?|txt|rtf|csv|exe|key|pp[st]x?|7z|pkg|rar|gz|zip|avi|mov|mp4|mpe?g|wmv|midi?|mp3|wav|wma|dmg';

/** @param options autoFiles: the extensions that are files, in place of the above */
export const downloads = capture((track, { autoFiles }) => {
  const files = new RegExp(`\\.(${autoFiles ? autoFiles.replace(/\W+/g, '|') : FILES})$`, 'i');
  onLink((link, about) => {
    const name = link.download || link.pathname.split('/').pop();
    const extension = files.exec(name)?.[1];
    if (extension || link.hasAttribute('download')) track('File Downloaded', { ...about, file_name: name, file_extension: extension });
  });
});
