// @ts-check
/** A site of files knows no capitals: an address that was typed or scanned in them is tried in small letters. */

const { pathname, search, hash } = location;
if (/[A-Z]/.test(pathname)) location.replace(pathname.toLowerCase() + search + hash);
