// The tables of the papers on UCCH and UCMFH, whole: every method and set of theirs, at 16, 32, 64 and 128 bits. The only
// list of their values: everything that prints one reads it here.
import type { EvaluationProtocol } from '../../shared/contract/evaluation.ts';
import { itemAt } from '../../shared/at.ts';
import type { Measure } from './summary.ts';

/** Name, id of our method or nothing, whether it learns from labels, and thousandths: I→T then T→I, for each set. */
type Row = readonly [
  name: string,
  id: string,
  supervised: boolean,
  values: readonly string[],
  protocol?: EvaluationProtocol,
];

const ucchRows: readonly Row[] = [
  [
    'CVH',
    'cvh-tables',
    false,
    [
      '620 608 594 583 629 615 599 587',
      '392 378 366 353 398 384 372 360',
      '487 495 456 419 470 475 444 412',
      '503 504 471 425 506 508 476 429',
    ],
  ],
  [
    'LSSH',
    'lssh',
    false,
    [
      '597 609 606 605 602 598 598 597',
      '372 386 396 404 367 380 392 401',
      '442 457 450 451 473 482 471 457',
      '484 525 542 551 490 522 547 560',
    ],
  ],
  [
    'CMFH',
    'cmfh',
    false,
    [
      '557 557 556 557 553 553 553 553',
      '312 314 314 315 306 306 306 306',
      '339 338 343 339 306 306 306 306',
      '366 369 370 365 346 346 346 346',
    ],
  ],
  [
    'FSH',
    'fsh',
    false,
    [
      '581 612 635 662 576 607 635 660',
      '377 392 417 445 383 399 425 451',
      '557 565 598 635 569 604 651 666',
      '539 549 576 587 537 524 564 573',
    ],
  ],
  [
    'DLFH',
    'dlfh',
    true,
    [
      '638 658 677 684 675 700 718 725',
      '342 358 374 395 358 380 403 434',
      '385 399 443 445 421 421 462 474',
      '522 580 614 631 444 489 513 534',
    ],
  ],
  [
    'MTFH',
    'mtfh',
    true,
    [
      '507 512 558 554 514 524 518 581',
      '277 324 303 311 294 337 269 297',
      '297 297 272 328 353 314 399 410',
      '399 293 295 395 335 374 300 334',
    ],
  ],
  [
    'FOMH',
    'fomh',
    true,
    [
      '575 640 691 659 585 648 719 688',
      '312 316 317 350 311 315 322 373',
      '305 305 306 314 302 304 300 306',
      '378 514 571 601 368 484 559 595',
    ],
  ],
  [
    'DCH',
    'dch',
    true,
    [
      '596 602 626 636 612 623 653 665',
      '336 336 344 352 350 358 374 391',
      '392 422 430 436 379 432 444 459',
      '422 420 446 468 421 428 454 471',
    ],
  ],
  [
    'UGACH',
    'ugach',
    false,
    [
      '685 693 704 702 673 676 686 690',
      '462 467 469 480 447 463 468 463',
      '613 623 628 631 603 614 640 641',
      '553 599 598 615 581 605 629 635',
    ],
  ],
  [
    'DJSRH',
    'djsrh',
    false,
    [
      '652 697 700 716 662 691 683 695',
      '409 412 470 480 418 436 467 478',
      '502 538 527 556 465 532 538 545',
      '501 563 595 615 494 569 604 622',
    ],
  ],
  [
    'JDSH',
    'jdsh',
    false,
    [
      '724 734 741 745 710 720 733 720',
      '449 472 478 484 447 477 473 486',
      '647 656 679 680 649 669 689 699',
      '579 628 647 662 578 634 659 672',
    ],
  ],
  [
    'DGCPN',
    'dgcpn',
    false,
    [
      '711 723 737 748 695 707 725 731',
      '465 485 486 495 467 488 491 497',
      '610 614 635 641 617 621 642 647',
      '552 590 602 596 564 590 597 597',
    ],
  ],
  [
    'UCH',
    '',
    false,
    ['654 669 679 - 661 667 668 -', '447 471 485 - 446 469 488 -', '- - - - - - - -', '521 534 547 - 499 519 545 -'],
  ],
  [
    'UCCH',
    'ucch',
    false,
    [
      '739 744 754 760 725 725 743 747',
      '478 491 503 508 474 488 503 508',
      '698 708 737 742 701 724 745 750',
      '605 645 655 665 610 655 666 677',
    ],
  ],
];

const ucmfhRows: readonly Row[] = [
  [
    'CVH',
    'cvh-tables',
    false,
    ['606 599 596 589 591 583 576 576', '372 363 404 390 401 384 442 432', '505 509 519 510 543 553 560 542'],
  ],
  [
    'IMH',
    'imh',
    false,
    ['612 601 592 579 603 595 589 580', '470 473 476 459 478 483 472 462', '570 615 613 587 641 709 705 652'],
  ],
  [
    'LSSH',
    'lssh',
    false,
    ['584 599 602 614 637 659 659 672', '481 489 507 507 577 617 642 663', '652 707 746 773 612 682 742 795'],
  ],
  [
    'CMFH',
    'cmfh',
    false,
    ['621 624 625 627 642 662 676 685', '455 459 465 467 529 577 614 645', '621 669 525 562 627 667 554 595'],
  ],
  [
    'DBRC',
    '',
    false,
    ['617 619 620 621 618 622 626 628', '424 459 447 447 455 459 468 473', '567 591 617 627 635 671 697 735'],
  ],
  ['UDCMH', '', false, ['689 698 714 717 692 704 718 733', '511 519 524 558 637 653 695 716', '- - - - - - - -']],
  [
    'DJSRH',
    'djsrh',
    false,
    ['810 843 862 876 786 822 835 847', '724 773 798 798 712 744 771 789', '678 724 743 768 650 753 805 823'],
  ],
  [
    'JDSH',
    'jdsh',
    false,
    ['832 853 882 892 825 864 878 880', '736 793 832 835 721 785 794 804', '694 738 769 788 703 759 793 825'],
  ],
  [
    'AGCH',
    'agch',
    false,
    ['865 887 892 912 829 849 852 880', '809 830 831 852 769 780 798 802', '741 772 789 806 746 774 797 817'],
  ],
  [
    'CIRH',
    'cirh',
    false,
    ['901 913 929 937 867 885 900 901', '815 836 854 862 774 803 810 817', '797 819 830 849 811 847 872 895'],
  ],
  [
    'UCMFH',
    'ucmfh',
    false,
    ['923 953 964 965 920 947 959 961', '849 879 894 899 859 884 899 903', '892 919 938 938 887 921 939 942'],
    'paired',
  ],
  [
    'DLFH',
    'dlfh',
    true,
    ['547 604 640 668 614 699 720 740', '555 607 640 669 636 693 719 746', '552 606 655 671 615 680 717 747'],
  ],
  [
    'LEMON',
    'lemon',
    true,
    ['735 767 795 809 732 753 767 781', '724 767 776 812 732 762 769 772', '670 762 786 808 724 743 764 781'],
  ],
  [
    'BATCH',
    'batch',
    true,
    ['813 845 858 866 752 772 779 789', '818 837 861 868 746 763 784 790', '819 846 860 865 745 766 785 788'],
  ],
  ['DADH', 'dadh', true, ['877 896 892 899 871 866 869 882', '777 787 808 825 740 754 752 760', '- - - - - - - -']],
  [
    'HMAH',
    'hmah',
    true,
    ['895 908 924 936 819 837 846 859', '818 841 857 868 722 757 763 775', '729 785 824 837 787 862 911 928'],
  ],
];

const ucmfhClipRows: readonly Row[] = [
  [
    'DJSRH',
    'djsrh',
    false,
    ['832 879 890 901 817 839 849 862', '730 776 801 805 728 744 757 772', '835 870 909 924 841 863 914 931'],
  ],
  [
    'JDSH',
    'jdsh',
    false,
    ['898 920 933 941 872 895 902 906', '751 786 838 851 730 773 812 829', '860 923 935 940 860 928 941 948'],
  ],
  [
    'CIRH',
    'cirh',
    false,
    ['896 915 931 935 881 902 907 912', '795 820 838 854 786 806 817 830', '880 916 941 942 885 925 944 952'],
  ],
  [
    'UCMFH',
    'ucmfh',
    false,
    ['923 953 964 965 920 947 959 961', '849 882 894 897 859 886 901 900', '892 919 938 938 887 921 939 942'],
    'paired',
  ],
];

export interface PaperRow {
  readonly name: string;
  /** Id of the method here; null where there is none. */
  readonly method: string | null;
  readonly supervised: boolean;
  /** Kind of the queries behind the values. */
  readonly protocol: EvaluationProtocol;
  /** Values by id of the set; null where the paper has none. */
  readonly values: ReadonlyMap<string, PublishedLengths>;
}

/** mAP at 16, 32, 64 and 128 bits in both directions; null where there is none. */
export interface PublishedLengths {
  readonly i2t: readonly (number | null)[];
  readonly t2i: readonly (number | null)[];
}

export interface PaperSet {
  readonly id: string;
  readonly name: string;
  /** Number of the paper's table with this set, such as `table 1`. */
  readonly place: string;
}

export interface PaperTable {
  readonly source: string;
  readonly measure: Measure;
  readonly sets: readonly PaperSet[];
  /** Width of the image features of all rows; null where rows have different features. */
  readonly imageWidth: number | null;
  /** Remarks on the table as a whole. */
  readonly notes: readonly string[];
  readonly rows: readonly PaperRow[];
}

export const paperNames = ['ucch', 'ucmfh', 'ucmfh-clip'] as const;
export type PaperName = (typeof paperNames)[number];

const mirflickr = { id: 'mirflickr25k', name: 'MIRFLICKR-25K' };
const nusWide = { id: 'nus-wide-tc10', name: 'NUS-WIDE' };
const coco = { id: 'ms-coco', name: 'MS-COCO' };

function rowsOf(rows: readonly Row[], sets: readonly PaperSet[]): PaperRow[] {
  return rows.map(([name, id, supervised, values, protocol = 'single']) => ({
    name,
    method: id === '' ? null : id,
    supervised,
    protocol,
    values: new Map(
      sets.map((set, i) => {
        const numbers = itemAt(values, i)
          .split(' ')
          .map((text) => (text === '-' ? null : Number(text) / 1000));
        return [set.id, { i2t: numbers.slice(0, 4), t2i: numbers.slice(4) }] as const;
      }),
    ),
  }));
}

const iapr = { id: 'iapr-tc12', name: 'IAPR TC-12' };

const inTable = (place: string, ...sets: readonly Omit<PaperSet, 'place'>[]): PaperSet[] =>
  sets.map((set) => ({ ...set, place }));
const ucchSets = [...inTable('table 1', mirflickr, iapr), ...inTable('table 2', nusWide, coco)];
const ucmfhSets = inTable('table 3', mirflickr, nusWide, coco);
const ucmfhClipSets = inTable('tables 4 to 6', mirflickr, nusWide, coco);

const hitsInTop =
  'Published values at 50 are divided by the hits among the 50; ours by the possible hits, unless the slip `hits-in-50` is requested.';

export const paperTables: Readonly<Record<PaperName, PaperTable>> = {
  ucch: {
    source: 'Hu et al., UCCH, IEEE TPAMI 45(3), 3877-3889, 2023',
    measure: 'mapStable',
    sets: ucchSets,
    imageWidth: 4096,
    notes: [
      'Unsupervised methods learn from the whole retrieval set, supervised ones (*) from 5000 pairs of it.',
      'The published code of DLFH has codes learned from labels in the database; the paper does not say what its table has.',
      'CMFH is at chance in that table, and far above it by the code of its authors on other sets.',
      'The row of CVH is not canonical correlation: its code lacks an inverse. `cvh` has it.',
    ],
    rows: rowsOf(ucchRows, ucchSets),
  },
  ucmfh: {
    source: 'Xia et al., UCMFH, Information Fusion 100, 101968, 2023',
    measure: 'map50Stable',
    sets: ucmfhSets,
    imageWidth: null,
    notes: [
      'Features are of a CNN and words, those of UCMFH itself of CLIP, and its queries (paired) have seen their own partner.',
      'The published code of BATCH and DLFH has codes learned from labels in the database, that of HMAH codes of both modalities; the paper does not say what its table has.',
      hitsInTop,
      'The tables of that paper disagree with one another in some values: NUS-WIDE, UCMFH, 32 bits .879 and .882.',
    ],
    rows: rowsOf(ucmfhRows, ucmfhSets),
  },
  'ucmfh-clip': {
    source: 'Xia et al., UCMFH, Information Fusion 100, 101968, 2023',
    measure: 'map50Stable',
    sets: ucmfhClipSets,
    imageWidth: 512,
    notes: ['Features are of CLIP. The queries of UCMFH (paired) have seen their own partner.', hitsInTop],
    rows: rowsOf(ucmfhClipRows, ucmfhClipSets),
  },
};

/** Reasons why methods of the tables are missing here. */
export const missingMethods: Readonly<Record<string, string>> = {
  UCH: 'no code was published, and the text does not say enough to build it faithfully',
  DBRC: 'no code was published, and the text does not say enough to build it faithfully',
  UDCMH: 'no code was published, and the text does not say enough to build it faithfully',
};

/** Ids of the methods of a table that are here. */
export const methodsOf = (table: PaperTable): string[] => [
  ...new Set(table.rows.flatMap(({ method }) => method ?? [])),
];
