// Gradients of the kernels in tfjs-kernels.ts, for TensorFlow.js' autodiff. The package's Node build registers none.
// These take few passes over memory, because broadcast values stay broadcast.
import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, NamedAttrMap, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../../../shared/at.ts';

type Derivatives = Record<string, () => Tensor>;

/** Sums `dy` over the axes along which a tensor of shape `shape` was broadcast. */
function unbroadcast(dy: Tensor, shape: readonly number[]): Tensor {
  const lead = dy.rank - shape.length;
  const axes = dy.shape.flatMap((n, i) => (i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []));
  // Always return a new tensor: TensorFlow.js disposes of a gradient once it has been added to another.
  return tf.reshape(axes.length === 0 ? dy : tf.sum(dy, axes), [...shape]);
}

/** Axes of a reduction, normalised. */
function reducedAxes(attributes: NamedAttrMap, name: string, rank: number): number[] {
  const given = attributes[name];
  if (given === null || given === undefined) return Array.from({ length: rank }, (_, i) => i);
  return (Array.isArray(given) ? given : [given]).map((axis) =>
    Number(axis) < 0 ? Number(axis) + rank : Number(axis),
  );
}

const keptShape = (x: Tensor, axes: readonly number[]) => x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
const asFloat = (x: Tensor) => tf.cast(x, 'float32');

const one = (derivatives: Derivatives[string]): Derivatives => ({ x: derivatives });

/** Gradient of a function of one input x with output y: `slope(dy, x or y)`. */
const ofInput = (kernelName: string, slope: (dy: Tensor, x: Tensor) => Tensor): GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => one(() => slope(dy as Tensor, x as Tensor)),
});
const ofOutput = (kernelName: string, slope: (dy: Tensor, y: Tensor) => Tensor): GradConfig => ({
  kernelName,
  outputsToSave: [true],
  gradFunc: (dy, [y]) => one(() => slope(dy as Tensor, y as Tensor)),
});
/** Gradient of a function of two inputs that broadcast. */
const ofTwo = (
  kernelName: string,
  slopeA: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
  slopeB: (dy: Tensor, a: Tensor, b: Tensor) => Tensor,
): GradConfig => ({
  kernelName,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved) => {
    const [a, b] = saved as [Tensor, Tensor];
    return {
      a: () => unbroadcast(slopeA(dy as Tensor, a, b), a.shape),
      b: () => unbroadcast(slopeB(dy as Tensor, a, b), b.shape),
    };
  },
});
/** Gradient of a step function: zero. */
const flat = (kernelName: string, names: readonly string[]): GradConfig => ({
  kernelName,
  inputsToSave: [...names],
  gradFunc: (_dy, saved) =>
    Object.fromEntries(names.map((name, i) => [name, () => asFloat(tf.zerosLike(itemAt(saved, i)))])),
});
/** Gives the whole slope to every element that attains the maximum, as TensorFlow.js does. */
const ofExtreme = (kernelName: string, axisName: string): GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, y] = saved as [Tensor, Tensor];
    const kept = keptShape(x, reducedAxes(attributes, axisName, x.rank));
    return one(() => tf.mul(tf.reshape(dy as Tensor, kept), asFloat(tf.equal(x, tf.reshape(y, kept)))));
  },
});

function matMulGradients(dy: Tensor, a: Tensor, b: Tensor, transA: boolean, transB: boolean): Derivatives {
  return {
    a: () => unbroadcast(transA ? tf.matMul(b, dy, transB, true) : tf.matMul(dy, b, false, !transB), a.shape),
    b: () => unbroadcast(transB ? tf.matMul(dy, a, true, transA) : tf.matMul(a, dy, !transA, false), b.shape),
  };
}

const gradients: readonly GradConfig[] = [
  ofInput('Abs', (dy, x) => tf.mul(dy, tf.sign(x))),
  ofTwo(
    'Add',
    (dy) => dy,
    (dy) => dy,
  ),
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy as Tensor)])),
  },
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attributes) => {
      const [a, b] = saved as [Tensor, Tensor];
      const { transposeA, transposeB } = attributes;
      return matMulGradients(dy as Tensor, a, b, transposeA === true, transposeB === true);
    },
  },
  { kernelName: 'Cast', gradFunc: (dy) => one(() => tf.clone(dy as Tensor)) },
  {
    kernelName: 'ClipByValue',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as [Tensor];
      const { clipValueMin, clipValueMax } = attributes;
      const inside = () =>
        tf.logicalAnd(tf.greaterEqual(x, Number(clipValueMin)), tf.lessEqual(x, Number(clipValueMax)));
      return one(() => tf.mul(dy as Tensor, asFloat(inside())));
    },
  },
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const [first] = saved as [Tensor];
      const [axis = 0] = reducedAxes(attributes, 'axis', first.rank);
      const parts = tf.split(
        dy as Tensor,
        saved.map((part) => numberAt(part.shape, axis)),
        axis,
      );
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'].map((name) => flat(name, ['a', 'b'])),
  ofInput('Erf', (dy, x) => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x)))))),
  ofOutput('Exp', (dy, y) => tf.mul(dy, y)),
  {
    kernelName: 'ExpandDims',
    inputsToSave: ['input'],
    gradFunc: (dy, [x]) => ({ input: () => tf.reshape(dy as Tensor, (x as Tensor).shape) }),
  },
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, attributes) => {
      const [x, indices] = saved as [Tensor, Tensor];
      const [axis = 0] = reducedAxes(attributes, 'axis', x.rank);
      // Transpose the gathered axis to the front, where segments are summed, and back afterwards.
      const toFront = x.shape.map((_, i) => (i === 0 ? axis : i <= axis ? i - 1 : i));
      const back = x.shape.map((_, i) => toFront.indexOf(i));
      const turned = (y: Tensor, order: number[]) => (axis === 0 ? tf.clone(y) : tf.transpose(y, order));
      return {
        x: () => {
          const sums = tf.unsortedSegmentSum(
            turned(dy as Tensor, toFront),
            indices as Tensor1D,
            numberAt(x.shape, axis),
          );
          return turned(sums, back);
        },
        indices: () => tf.zerosLike(indices),
      };
    },
  },
  { kernelName: 'Identity', gradFunc: (dy) => one(() => tf.clone(dy as Tensor)) },
  ofInput('Log', (dy, x) => tf.div(dy, x)),
  {
    kernelName: 'LogSoftmax',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      logits: () => tf.sub(dy as Tensor, tf.mul(tf.sum(dy as Tensor, -1, true), tf.exp(y as Tensor))),
    }),
  },
  ofExtreme('Max', 'reductionIndices'),
  ofTwo(
    'Maximum',
    (dy, a, b) => tf.mul(dy, asFloat(tf.greaterEqual(a, b))),
    (dy, a, b) => tf.mul(dy, asFloat(tf.less(a, b))),
  ),
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as [Tensor];
      const kept = keptShape(x, reducedAxes(attributes, 'axis', x.rank));
      const count = x.size / kept.reduce((product, n) => product * n, 1);
      return one(() => tf.broadcastTo(tf.div(tf.reshape(dy as Tensor, kept), count), x.shape));
    },
  },
  ofExtreme('Min', 'axis'),
  ofTwo(
    'Minimum',
    (dy, a, b) => tf.mul(dy, asFloat(tf.lessEqual(a, b))),
    (dy, a, b) => tf.mul(dy, asFloat(tf.greater(a, b))),
  ),
  ofTwo(
    'Multiply',
    (dy, _a, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  { kernelName: 'Neg', gradFunc: (dy) => one(() => tf.neg(dy as Tensor)) },
  {
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const [axis = 0] = reducedAxes(attributes, 'axis', itemAt(saved, 0).rank + 1);
      return Object.fromEntries(tf.unstack(dy as Tensor, axis).map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: 'Pow',
    inputsToSave: ['a', 'b'],
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const [a, b, y] = saved as [Tensor, Tensor, Tensor];
      return {
        a: () => unbroadcast(tf.mul(dy as Tensor, tf.mul(b, tf.pow(a, tf.sub(b, 1)))), a.shape),
        // Take the slope as 0 where a <= 0, as the logarithm is undefined there.
        b: () => {
          const logA = tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a));
          return unbroadcast(tf.mul(dy as Tensor, tf.mul(y, logA)), b.shape);
        },
      };
    },
  },
  ofTwo(
    'RealDiv',
    (dy, _a, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  ),
  ofOutput('Reciprocal', (dy, y) => tf.neg(tf.mul(dy, tf.square(y)))),
  // The sign of a ReLU's output is its slope.
  ofOutput('Relu', (dy, y) => tf.mul(dy, tf.sign(y))),
  {
    kernelName: 'Reshape',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => one(() => tf.reshape(dy as Tensor, (x as Tensor).shape)),
  },
  ofOutput('Rsqrt', (dy, y) => tf.mul(dy, tf.mul(-0.5, tf.mul(y, tf.square(y))))),
  {
    // The kernel computes the gradients together with the sums.
    kernelName: 'SampledSums',
    outputsToSave: [false, false, true, true],
    gradFunc: (dy, saved) => {
      const [f, g] = [dy].flat();
      const by = (slope: Tensor | undefined, moments: Tensor | undefined) => () =>
        tf.mul(tf.expandDims(slope as Tensor, 1), moments as Tensor);
      return { f: by(f, saved[0]), g: by(g, saved[1]) };
    },
  },
  {
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, saved) => {
      const [condition] = saved as [Tensor];
      return {
        condition: () => tf.zerosLike(asFloat(condition)),
        t: () => tf.mul(dy as Tensor, asFloat(condition)),
        e: () => tf.mul(dy as Tensor, asFloat(tf.logicalNot(condition))),
      };
    },
  },
  ofOutput('Sigmoid', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  flat('Sign', ['x']),
  {
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as [Tensor];
      const part = dy as Tensor;
      const begin = x.shape.map((_, i) => Number(itemAt([attributes['begin']].flat(), i)));
      return one(() => {
        let whole = part;
        // Pad with zeros before and after, one axis at a time.
        begin.forEach((start, axis) => {
          const zeros = (length: number) =>
            tf.fill(
              whole.shape.map((n, i) => (i === axis ? length : n)),
              0,
            );
          const after = numberAt(x.shape, axis) - start - numberAt(part.shape, axis);
          const pieces = [...(start > 0 ? [zeros(start)] : []), whole, ...(after > 0 ? [zeros(after)] : [])];
          whole = pieces.length === 1 ? whole : tf.concat(pieces, axis);
        });
        return tf.clone(whole);
      });
    },
  },
  {
    kernelName: 'Softmax',
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const [y] = saved as [Tensor];
      const weighted = () => tf.mul(dy as Tensor, y);
      return { logits: () => tf.sub(weighted(), tf.mul(tf.sum(weighted(), -1, true), y)) };
    },
  },
  ofInput('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _saved, attributes) => one(() => tf.concat([dy].flat(), Number(attributes['axis']))),
  },
  ofOutput('Sqrt', (dy, y) => tf.div(dy, tf.mul(y, 2))),
  ofInput('Square', (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  ofTwo(
    'SquaredDifference',
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ),
  flat('Step', ['x']),
  ofTwo(
    'Sub',
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as [Tensor];
      const kept = keptShape(x, reducedAxes(attributes, 'axis', x.rank));
      return one(() => tf.broadcastTo(tf.reshape(dy as Tensor, kept), x.shape));
    },
  },
  ofOutput('Tanh', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  {
    kernelName: 'Tile',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as [Tensor];
      const reps = x.shape.map((_, i) => Number(itemAt([attributes['reps']].flat(), i)));
      if (x.shape.every((n, i) => n === 1 || reps[i] === 1)) return one(() => unbroadcast(dy as Tensor, x.shape));
      const copies = x.shape.flatMap((n, i) => [numberAt(reps, i), n]);
      return one(() =>
        tf.sum(
          tf.reshape(dy as Tensor, copies),
          x.shape.map((_, i) => 2 * i),
        ),
      );
    },
  },
  {
    kernelName: 'Transpose',
    gradFunc: (dy, _saved, attributes) => {
      const order = [attributes['perm']].flat().map(Number);
      return one(() =>
        tf.transpose(
          dy as Tensor,
          order.map((_, i) => order.indexOf(i)),
        ),
      );
    },
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _saved, attributes) => ({ value: () => tf.stack([dy].flat(), Number(attributes['axis'])) }),
  },
  flat('ZerosLike', ['x']),
  flat('OnesLike', ['x']),
];

let registered = false;
/** Registers the gradients with TensorFlow.js. Later calls do nothing. */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  for (const gradient of gradients) {
    // The result is undefined where there is no gradient, although its type does not say so.
    const known: unknown = tf.getGradient(gradient.kernelName);
    if (known !== undefined) tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
}
