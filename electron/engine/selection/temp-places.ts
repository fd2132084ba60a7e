/** Names of files that are temporary wherever they lie: editors' and programs' droppings, locks, partial downloads. */
export const TEMP_FILE =
  /^(?:.*\.(?:tmp|temp|crdownload)|.*~|\.#.*|#.*#|~\$.*|\.~lock\..*#|\..*\.sw[a-px]|\.nfs[0-9a-f]{16,24}|\.fuse_hidden[0-9a-f]+|thumbs\.db|ehthumbs\.db)$/is;

/**
 * Names of directories that hold what programs make again by themselves, or what was thrown away: caches of the desktop, of
 * Python tools, of Chromium and Firefox, and the trash of every system.
 */
export const TEMP_DIRECTORY =
  /^(?:\.cache|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|code cache|gpucache|shadercache|grshadercache|dawncache|dawngraphitecache|dawnwebgpucache|cache_data|cache2|\.trash|\.trash-\d+|\.trashes|\$recycle\.bin|recycler|\.temporaryitems)$/i;

/** Directories whose contents are temporary, by absolute path; they themselves are kept, because systems expect them. */
export const TEMP_CONTENTS =
  /^\/(?:tmp|var\/tmp|var\/cache|private\/tmp|private\/var\/tmp|private\/var\/folders|library\/caches|users\/[^/]+\/library\/caches|[a-z]:\/windows\/temp|[a-z]:\/users\/[^/]+\/appdata\/local\/temp|.+\/\.local\/share\/trash|.+\/service worker\/cachestorage)$/i;

/** Swap files by name; on Linux the signature has to be there as well. */
export const SWAP_NAME = /^(?:swapfile\d*|swap\d*|swap\.img|.*\.swap)$/i;
/** Swap and hibernation files of Windows: no one else calls a file so. */
export const WINDOWS_SWAP_NAME = /^(?:pagefile\.sys|hiberfil\.sys|swapfile\.sys)$/i;
/** Swap folder of macOS. */
export const SWAP_CONTENTS = /^\/(?:private\/)?var\/vm$/i;

/**
 * Queues of printers and of mail. Not the whole of /var/spool: crontabs and `at` jobs lie there as well. Incoming mail is
 * among it, which is why `spool` is a choice.
 */
export const SPOOL_CONTENTS =
  /^\/(?:(?:private\/)?var\/spool\/(?:cups|cups-pdf|lpd|samba|mail|postfix|exim|exim4|mqueue|mqueue-client|clientmqueue|smail|sendmail|news|rwho|uucp)|(?:private\/)?var\/mail|[a-z]:\/windows\/system32\/spool\/printers)$/i;

/** First line of a CACHEDIR.TAG (the Cache Directory Tagging Specification). */
export const CACHE_TAG_NAME = 'CACHEDIR.TAG';
export const CACHE_TAG = 'Signature: 8a477f597d28d172789f06886806bc55';
