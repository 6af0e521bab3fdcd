"""mAP over the whole list of packed codes, as published evaluation code computes it: distances by a matrix product of +1
and -1, a stable sort for each query. Reads queries, items and their labels from files, prints seconds and mAP."""
import json
import sys
import time

import numpy as np

folder, queries, items, bits = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])


def codes(name, rows):
    packed = np.fromfile(f"{folder}/{name}.codes", dtype=np.uint8).reshape(rows, bits // 8)
    return np.unpackbits(packed, axis=1).astype(np.float32) * 2 - 1


q, x = codes("queries", queries), codes("items", items)
ql, xl = (np.fromfile(f"{folder}/{name}.labels", dtype=np.int32) for name in ("queries", "items"))
start = time.perf_counter()
total = 0.0
places = np.arange(1, items + 1)
for i in range(queries):
    distance = 0.5 * (bits - x @ q[i])
    relevant = (xl == ql[i])[np.argsort(distance, kind="stable")]
    count = relevant.sum()
    if count:
        total += (np.cumsum(relevant) / places)[relevant].mean()
print(json.dumps({"seconds": time.perf_counter() - start, "map": total / queries}))
