#pragma once

namespace tidemark::server {

/// Exit codes beside 0 and those of docs/cli.md.
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInUse = 73;    ///< the data directory belongs to another process
inline constexpr int kExitIo = 74;       ///< the log could not be written; start again
inline constexpr int kExitRefused = 78;  ///< the configuration must not be served

/// The program: reads the command line, runs the command, gives the exit code.
int run(int argc, char** argv);

}  // namespace tidemark::server
