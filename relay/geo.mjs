// Where an address is, by a database file of the owner's own in MaxMind's format.
import { readFileSync } from 'node:fs';
import { Reader } from 'mmdb-lib';

/**
 * @param {string} file a City or Country database (GeoLite2, DB-IP, …).
 * @returns {(address: string) => object|undefined} "location" of Segment's spec,
 *   with the country's code besides.
 * @throws when the file is none.
 */
export function openGeo(file) {
  let reader;
  try {
    reader = new Reader(readFileSync(file));
  } catch (error) {
    throw new Error(`The database of places ${file} cannot be read: ${error.message}`);
  }
  return (address) => {
    let found;
    try {
      found = reader.get(address);
    } catch {
      return undefined; // what is no address is nowhere
    }
    if (!found?.country) return undefined;
    const { country, subdivisions, city, location } = found;
    return {
      country: country.names?.en, countryCode: country.iso_code,
      region: subdivisions?.[0]?.names?.en, city: city?.names?.en,
      latitude: location?.latitude, longitude: location?.longitude,
    };
  };
}
