// The process of an encoder on a device with a driver: a driver that fails takes down this process and nothing else.
import '../../runtime/telemetry-off.ts';
import { answerParent } from '../../runtime/process-requester.ts';
import { encoderHandler } from '../encoder-methods.ts';

answerParent(encoderHandler());
