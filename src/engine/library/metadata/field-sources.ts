// Fields for each fact about a photo, in order of precedence. The readers take their field names from this table,
// and docs/metadata.md is generated from it.

export type Standard =
  | 'XMP sidecar'
  | 'XMP'
  | 'EXIF'
  | 'IPTC'
  | 'PNG'
  | 'QuickTime'
  | 'Matroska'
  | 'AVI'
  | 'AVCHD'
  | 'ASF'
  | 'Ogg'
  | 'file comment'
  | 'Google Takeout'
  | 'Picasa'
  | 'Apple export'
  | 'text file'
  | 'caption file'
  | 'file name';

export interface FieldSource {
  readonly standard: Standard;
  /** The standard's name; for XMP with its customary prefix. */
  readonly field: string;
  readonly note?: string;
}

export type Fact = 'date' | 'caption' | 'tag' | 'person' | 'rating' | 'place' | 'position' | 'camera';

const of =
  (standard: Standard) =>
  (field: string, note?: string): FieldSource => ({ standard, field, ...(note === undefined ? {} : { note }) });
const [xmp, exif, iptc, png] = [of('XMP'), of('EXIF'), of('IPTC'), of('PNG')];
const [quickTime, matroska, avi] = [of('QuickTime'), of('Matroska'), of('AVI')];
const [avchd, asf, ogg] = [of('AVCHD'), of('ASF'), of('Ogg')];
const [takeout, picasa, apple] = [of('Google Takeout'), of('Picasa'), of('Apple export')];

export const metadataTable: Readonly<Record<Fact, readonly FieldSource[]>> = {
  date: [
    of('XMP sidecar')('exif:DateTimeOriginal', 'when the picture was taken'),
    exif('DateTimeOriginal'),
    xmp('exif:DateTimeOriginal'),
    xmp('photoshop:DateCreated', 'creation time of the content: of a scan, when the print was taken'),
    iptc('Date Created', 'with Time Created'),
    xmp('acdsee:datetime'),
    png('Creation Time'),
    png('exif:DateTimeOriginal', 'of ImageMagick'),
    quickTime('creationdate', 'of videos (MOV, MP4, 3GP), with the time zone; also ©day'),
    matroska('DATE_RECORDED', 'of videos (MKV, WebM); also the creationdate that ffmpeg copies'),
    matroska('DATE'),
    avi('IDIT', 'of videos (AVI), in the forms of cameras'),
    avi('ICRD'),
    avchd('DateTimeOriginal', 'of videos (MTS, M2TS), with the time zone'),
    ogg('DATE', 'of videos (OGV)'),
    takeout('photoTakenTime', 'UTC; the local time in the name, if it is within a day of it'),
    apple('originalCreationDate', 'Photo Details.csv; UTC, or the local time in the name, as for Google Takeout'),
    of('file name')('date in the name', 'IMG-20190101-WA0001, PXL_20210704_181512345, Screenshot_2016-07-09-18-01-30'),
    xmp('exif:DateTimeDigitized', 'when the picture became digital: of a scan, the day of scanning'),
    xmp('xmp:CreateDate'),
    exif('DateTimeDigitized'),
    matroska('DATE_DIGITIZED'),
    quickTime('creation time', "of the movie's header, UTC"),
    matroska('DateUTC', 'of the file, UTC'),
    asf('WM/EncodingTime', 'of videos (WMV, ASF), UTC'),
    asf('CreationDate', 'of the file, UTC'),
    matroska('DATE_ENCODED'),
    iptc('Digital Creation Date', 'with Digital Creation Time'),
    xmp('exif:GPSTimeStamp', 'or exif:GPSDateStamp with it; of the satellites, UTC'),
    exif('GPSDateStamp', 'with GPSTimeStamp; of the satellites, UTC'),
    xmp('dc:date'),
    exif('DateTime', 'when the file was last edited'),
    xmp('tiff:DateTime'),
    xmp('xmp:ModifyDate'),
  ],
  caption: [
    xmp('dc:description', 'in all its languages, the default first'),
    xmp('acdsee:caption'),
    xmp('acdsee:notes'),
    xmp('Iptc4xmpCore:ExtDescrAccessibility', 'extended description'),
    xmp('Iptc4xmpCore:AltTextAccessibility', 'alt text'),
    xmp('tiff:ImageDescription'),
    xmp('exif:UserComment'),
    xmp('dc:title', 'in all its languages'),
    xmp('photoshop:Headline'),
    xmp('Iptc4xmpExt:Event', 'name of the event'),
    xmp('mwg-rs:Description', 'of regions, without bar codes'),
    of('text file')('each line', 'photo.jpg.txt, photo.txt, photo.jpg.caption, photo.caption'),
    iptc('Caption/Abstract'),
    iptc('Object Name'),
    iptc('Headline'),
    exif('ImageDescription'),
    exif('ImageTitle', 'EXIF 3.0'),
    exif('DocumentName'),
    exif('UserComment', 'ASCII, UTF-16, JIS, or undeclared'),
    exif('XPTitle', 'Windows Explorer'),
    exif('XPSubject'),
    exif('XPComment'),
    png('Description', 'tEXt, zTXt and iTXt'),
    png('Caption'),
    png('Comment'),
    png('Title'),
    png('exif:ImageDescription', 'of ImageMagick'),
    png('parameters', 'the prompt of Stable Diffusion, without its settings'),
    png('prompt', 'of ComfyUI'),
    png('invokeai_metadata'),
    png('Dream'),
    of('file comment')('Comment', 'of JPEG and GIF, without signatures of programs'),
    quickTime('title', 'or ©nam; then displayname, description, comment, information'),
    matroska('TITLE', 'also of the file; then SUBTITLE, DESCRIPTION, SUBJECT, SUMMARY, SYNOPSIS, COMMENT'),
    avi('INAM', 'or TITL; then ISBJ, ICMT, COMM'),
    asf('Title', 'then WM/SubTitle, Description, WM/SubTitleDescription'),
    ogg('TITLE', 'then DESCRIPTION, COMMENT'),
    takeout('description'),
    picasa('caption'),
    of('caption file')('captions.csv and the like'),
  ],
  tag: [
    xmp('dc:subject'),
    xmp('lr:hierarchicalSubject', 'steps divided by |'),
    xmp('digiKam:TagsList', 'by /'),
    xmp('MicrosoftPhoto:LastKeywordXMP', 'by /'),
    xmp('mediapro:CatalogSets', 'by |'),
    xmp('expressionmedia:CatalogSets', 'by |'),
    xmp('acdsee:categories', 'as XML'),
    xmp('mwg-kw:Keywords', 'nested'),
    xmp('ics:TagStructure', 'nested, of IDimager and Photo Supreme'),
    xmp('acdsee:keywords'),
    xmp('pdf:Keywords'),
    xmp('photoshop:SupplementalCategories'),
    xmp('mwg-rs:Regions', 'names of pets'),
    iptc('Keywords'),
    iptc('Supplemental Category'),
    exif('XPKeywords', 'divided by ;'),
    png('Keywords'),
    quickTime('keywords', 'or ©key, keyw'),
    matroska('KEYWORDS'),
    avi('IKEY'),
    asf('WM/Keywords'),
    ogg('KEYWORDS'),
    picasa('keywords'),
    takeout('favorited', 'as the tag Favorite'),
    picasa('star', 'as the tag Favorite'),
    apple('favorite', 'as the tag Favorite'),
  ],
  person: [
    xmp('mwg-rs:Regions', 'names of faces'),
    xmp('MP:RegionInfo'),
    xmp('Iptc4xmpExt:PersonInImage'),
    xmp('Iptc4xmpExt:PersonInImageWDetails'),
    xmp('Iptc4xmpExt:ImageRegion', 'regions of people'),
    xmp('acdsee-rs:Regions'),
    xmp('mediapro:People'),
    xmp('expressionmedia:People'),
    xmp('GettyImagesGIFT:Personality'),
    xmp('prism:person'),
    takeout('people'),
    picasa('faces', 'named in [Contacts2]'),
  ],
  rating: [
    xmp('xmp:Rating', 'stars; -1 (rejected) is none'),
    xmp('acdsee:rating'),
    xmp('MicrosoftPhoto:Rating', 'percent: 1, 25, 50, 75, 99'),
    exif('Rating'),
    exif('RatingPercent'),
  ],
  place: [
    xmp('Iptc4xmpCore:Location', 'with photoshop:City, photoshop:State, photoshop:Country'),
    xmp('Iptc4xmpExt:LocationShown', 'Sublocation or LocationName, City, ProvinceState, CountryName, WorldRegion'),
    xmp('Iptc4xmpExt:LocationCreated', 'the same parts'),
    iptc('Sub-location', 'with City, Province/State, Country'),
    matroska('RECORDING_LOCATION', 'or LOCATION'),
  ],
  position: [
    xmp('exif:GPSLatitude', 'with exif:GPSLongitude, and their references where these are apart'),
    exif('GPSLatitude', 'with GPSLongitude and their references'),
    quickTime('location.ISO6709', 'or ©xyz'),
    matroska('LOCATION', 'or RECORDING_LOCATION, in the form of ISO 6709'),
    xmp('Iptc4xmpExt:LocationCreated', 'exif:GPSLatitude and exif:GPSLongitude in it'),
    xmp('Iptc4xmpExt:LocationShown', 'the same'),
    avchd('GPSLatitude', 'with GPSLongitude and their references'),
    takeout('geoData', 'and geoDataExif'),
  ],
  camera: [
    exif('Make', 'with Model'),
    xmp('tiff:Make', 'with tiff:Model'),
    quickTime('make', 'with model'),
    matroska('MAKE', 'with MODEL'),
    avi('ecor', 'with emdl'),
    avchd('Make', 'with Model'),
  ],
};

/** The fields of a standard for a fact, best first. */
export const fieldsOf = (fact: Fact, standard: Standard): readonly string[] =>
  metadataTable[fact].filter((source) => source.standard === standard).map((source) => source.field);
