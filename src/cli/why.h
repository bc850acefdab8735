#pragma once

#include <string>

#include "cli/remote/server.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}  // namespace CLI

namespace tidemark::cli {

/// What `tidemark why` was asked for.
struct WhyFlags {
  std::string finding;  ///< "": lists the newest findings with their ids
  remote::Address server;
  bool json = false;
};

/// Adds the command to `root`; parsing fills `flags`. Says what was added, to ask if it was called.
CLI::App* add_why(CLI::App* root, WhyFlags* flags);

/// Runs the command: asks a running server why a period is a finding; the explanation goes to
/// standard output. Exit code 0: explained, or nothing to list; 3: there are findings to list; the
/// others as remote::refuse.
int run_why(const WhyFlags& flags);

}  // namespace tidemark::cli
