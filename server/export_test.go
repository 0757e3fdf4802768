package server

// MaxLogLine is the maximum size of a log line, in bytes.
const MaxLogLine = maxLogLine
