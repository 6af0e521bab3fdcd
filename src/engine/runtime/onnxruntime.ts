// The only import of onnxruntime-node: every session is opened with telemetry switched off first.
import './telemetry-off.ts';
import * as ort from 'onnxruntime-node';

export { ort };
