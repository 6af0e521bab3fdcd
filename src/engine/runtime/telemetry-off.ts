// Switches ONNX Runtime's telemetry off. Import this file before anything that may load ONNX Runtime.
//
// Since release 1.29 ONNX Runtime records sessions, model graph names and the program's path below the user's cache and
// sends them to its maker, on Linux and macOS by default. The variable is read when its native library first makes an
// environment (tried on 1.30.0; its Windows library reads the same variable and its Node binding offers no other switch).
// A worker thread's `process.env` is a copy that native code does not see, so each module that starts a worker imports
// this file too. Child processes inherit the variable.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
