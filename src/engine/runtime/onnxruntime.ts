// The only import of onnxruntime-node: telemetry is switched off before any session opens.
import './telemetry-off.ts';
import * as ort from 'onnxruntime-node';

export { ort };
