// Names of the fields of images and captions, in JSON and as headings of tables.

/** Keys of an image's name, as letters and digits in lower case. */
export const imageKeys = [
  ...['image', 'filename', 'imagepath', 'imagename', 'imagefile', 'imagefilename', 'img', 'imgpath', 'imgname', 'file'],
  ...['path', 'photo', 'name', 'filepath', 'src', 'url', 'uri', 'imageurl', 'images'],
  ...['datei', 'dateiname', 'bild', 'fichier', 'archivo', '图片', '文件名', 'ファイル名'],
];
/** Key of an image's number, which may be its file's name without the extension. */
export const numberKey = 'imageid';
/** Keys of numbers and texts, which may be a file's name. */
export const idKeys = [numberKey, 'imgid', 'id', 'key'];
/** Keys of captions, alone or in a list; the first that is present counts. */
export const captionKeys = [
  ...[
    'caption',
    'captions',
    'text',
    'sentences',
    'sentence',
    'description',
    'descriptions',
    'prompt',
    'comment',
    'raw',
  ],
  ...['alttext', 'alt', 'beschreibung', 'bildunterschrift', 'légende', 'descripción', '说明', '描述', '标题', '説明'],
];

/** Treats `file_name`, `fileName` and `File name` alike. */
export const plainKey = (key: string): string => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
