// Tags from the names of a photo's folders: `Holidays/2019 Italy/IMG_1.jpg` has the tags Holidays and Italy.
import { cleanTag, isBoilerplate } from '../../text/file-text.ts';
import { monthNumber } from '../metadata/capture.ts';
import { appleExport, isOriginalsName, isPhotoPackage, isTakeoutPhotos, photosWord } from './file-kinds.ts';

/** Names, lower case, without information about a photo's content: cameras', phones' and programs' own folders. */
const meaninglessNames = new Set(
  (
    'dcim|camera|camera roll|camera roll|camera uploads|android|images|image|img|imgs|photos|photo|pictures|picture|pics|' +
    'my pictures|my photos|saved pictures|media|downloads|download|desktop|documents|exports|export|exported|originals|' +
    'original|backup|backups|misc|miscellaneous|other|others|new|old|temp|tmp|todo|unsorted|sorted|import|imports|' +
    'imported|raw|raws|jpg|jpeg|jpegs|png|thumbnails|thumbs|edited|edits|untitled|unknown|test|data|files|train|val|' +
    'auto backup|auto upload|instant upload|profile photos|cover photos|' +
    'data set|dataset|icloud photos|google photos|takeout|dropbox|onedrive|whatsapp images|whatsapp video|sent|screenshots|' +
    "bilder|eigene bilder|meine bilder|kamera|kamera-uploads|bildschirmfotos|mes images|captures d’écran|captures d'écran|" +
    'mis imágenes|imágenes|cámara|capturas de pantalla|' +
    'fotos|foto|fotografien|meine fotos|eigene fotos|eigene aufnahmen|gespeicherte bilder|alle fotos|sofort-upload|unsortiert|' +
    'sonstiges|diverses|verschiedenes|bearbeitet|exportiert|mes photos|toutes les photos|divers|autres|mis fotos|otros|varios|' +
    'le mie foto|varie|minhas fotos|outros|фото|фотографии|мои фото|写真|画像|照片|相片|图片|圖片|我的照片|사진|이미지|all photos|recents|' +
    'videos|video|raw files|nef|cr2|cr3|arw|dng|heic|tiff|instantupload|sd card|sd-karte|usb|edited photos|jpg export|jpeg export'
  ).split('|'),
);

/** Dates before or after the meaningful words: `2019`, `2019-07-31`, `31.07.2019`, `20190731`, `2019_07`. */
const dateWords =
  /(?<![\p{L}\p{N}])(?:(?:1[89]|20)\d{2}(?:[-_.]\d{1,2}){0,4}|(?:\d{1,2}\.(?:\d{1,2}\.)? ?[-–] ?)?\d{1,2}[-_.]\d{1,2}[-_.](?:(?:1[89]|20)\d{2}|\d{2})|(?:1[89]|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)(?![\p{L}\p{N}])/gu;
const monthName =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i;
/** `100CANON`, `101_PANA`, `102MSDCF`, `103APPLE`: the design rule for camera file systems. */
const cameraFolder = /^[1-9]\d{2}[A-Z0-9_]{5}$/;
/** `01 Italy`, `3. Beach`: numbers for sorting. */
const sortingNumber =
  /^\s*(?:0\d+|\d{1,3}\s*[.\-](?=\s|\p{L})(?!\s*(?:geburtstag|hochzeitstag|jahrestag|weltkrieg|klasse|advent|jubiläum)))\s*/iu;
const edges = /^[\s\-.,–—+&]+|[\s\-.,–—+&]+$/gu;
/** `New folder`, `New folder (2)`, `untitled folder 3`, `Folder 1`, `Neuer Ordner`. */
const unnamedFolder =
  /^(?:(?:new|untitled|neuer|nouveau|nueva|nuova|nieuwe) )?(?:folder|ordner|dossier|carpeta|cartella|map|album)(?: ?\(?\d+\)?)?$/i;
/** The same in other languages: what systems call a new folder. */
const newFolder =
  /^(?:новая папка|нова папка|新建文件夹|新增資料夾|新しいフォルダー?|새 폴더|nowy folder|nova pasta|ny mapp|ny mappe|uusi kansio|yeni klasör|nová složka|nový priečinok|új mappa|folder nou|νέος φάκελος|תיקיי?ה חדשה|مجلد جديد|โฟลเดอร์ใหม่|thư mục mới|folder baru)(?: ?\(?\d+\)?)?$/iu;
/** A year as the name of a folder. */
const yearName = /^(?:1[89]|20)\d{2}$/;

/** Google Takeout's names for an album without a name, and for the second one. */
const untitledAlbum =
  /^(?:untitled|ohne titel|unbenannt|uden titel|uten navn|namnlös|nimetön|névtelen|bez názvu|isimsiz|без назви|제목 없음|sans titre|sin título|senza titolo|sem título|naamloos|bez nazwy|без названия|無題|无标题)(?: ?\(\d+\))?$/iu;

/** Words between these and the year. */
const ofWord =
  "from|von|vom|aus|aus dem jahr|de|de l['’]année|del|dal|di|do|da|desde|uit|van|från|fra|frå|vuodelta|z|ze|z roku|z roka|iz|iz leta|din|dari|" +
  'dari tahun|mula|no|iš|aastast|за|з|от|από το|από|מ-|משנת|من|من عام|จาก|จากปี|từ năm|từ|năm|[–-]';
/** `Photos from 2019`, `Fotos von 2019`, `2019 年的照片`: Google Takeout's folders for all photos of a year. */
const yearFolder = new RegExp(
  `^(?:(?:mga )?(?:${photosWord}) ?:? ?(?:${ofWord})? ?(?:(?:19|20)\\d{2}|[۱۲][۰-۹]{3})\\.?(?:-\\p{L}{2,4}| (?:г\\.?|год|рік|р\\.|roku|gada))?|` +
    `(?:19|20)\\d{2}\\.?[- ]?(?:\\p{L}{1,8}\\.? ?){0,2}(?:${photosWord}))$`,
  'iu',
);
/** Folders that Android names after programs. */
const programName = /^com\.\w[\w.]+$/i;
/** Google Takeout's other folders that are not the person's albums. */
const takeoutFolder =
  /^(?:takeout(?:-\d{8}T\d{6}Z(?:-\d+)*|[ -]?\d{1,3})?|hangout_? .*|archives?|archiv|archivio|archivo|arquivo|archief|archiwum|архив|アーカイブ|归档|locked folder|gesperrter ordner|dossier verrouillé|carpeta privada|cartella bloccata|trash|bin|papierkorb|corbeille|cestino|papelera|lixeira|prullenbak|kosz|корзина|ごみ箱|回收站|failed videos)$/iu;

/**
 * Names of the photo's folders that may describe it, outermost first, each once.
 * Dates and bare numbers are removed; folders made by cameras and programs are left out.
 */
export function folderTags(relativePhotoPath: string): string[] {
  const tags = new Map<string, string>();
  let inPackage = false;
  const folders = relativePhotoPath.split('/').slice(0, -1);
  for (const [i, folder] of folders.entries()) {
    const plain = folder.normalize('NFC').replace(/ ?\(\d+\)$/, '');
    if (isPhotoPackage(folder)) inPackage = true;
    if (
      [cameraFolder, appleExport, programName].some((form) => form.test(folder)) ||
      [yearFolder, takeoutFolder, untitledAlbum].some((form) => form.test(plain)) ||
      isTakeoutPhotos(plain) ||
      isPhotoPackage(folder) ||
      (inPackage && isOriginalsName(folder))
    )
      continue;
    // Google and systems number a second folder of the same name.
    const single = folder.replace(/ ?\(\d{1,2}\)$/, '');
    const words = single.replace(dateWords, ' ').replaceAll('_', ' ').replace(sortingNumber, '');
    // A bracket goes only with its partner: `Bay (Wales)` stays, `(Italy)` and `Italy (2019)` do not.
    const name = cleanTag(
      words
        .replace(/\(\s*\)|\[\s*\]/g, ' ')
        .replace(/^[\s([]+([^()[\]]*)[)\]\s]+$/, '$1')
        .replace(edges, ''),
    );
    if (!/\p{L}{2}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(name)) continue;
    if (
      meaninglessNames.has(name.toLowerCase()) ||
      isBoilerplate(name) ||
      monthName.test(name.replace(/^\d+\s+/, '')) ||
      unnamedFolder.test(name) ||
      newFolder.test(plain)
    )
      continue;
    // A name such as Juli or Mars is a month's beside a number or below a year.
    const isDated = name !== folder || yearName.test(folders[i - 1] ?? '');
    if (isDated && monthNumber(name) !== undefined) continue;
    const key = name.toLowerCase();
    if (!tags.has(key)) tags.set(key, name);
  }
  return [...tags.values()];
}
