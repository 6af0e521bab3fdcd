// Photos, captions and tags all have features and codes; one table per kind keeps foreign keys valid.

export const itemKinds = ['photo', 'caption', 'tag'] as const;
export type ItemKind = (typeof itemKinds)[number];

/** SQL for the rows of a kind that belong to present photos; `x` is the kind's own table. */
export const presentRows: Readonly<Record<ItemKind, string>> = {
  photo: 'photos x WHERE x.present',
  caption: 'captions x JOIN photos p ON p.id = x.photo_id WHERE p.present',
  tag: `tags x WHERE EXISTS (SELECT 1 FROM photo_tags pt JOIN photos p ON p.id = pt.photo_id
    WHERE pt.tag_id = x.id AND p.present)`,
};
