#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/detect/choices.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}  // namespace CLI

namespace tidemark::cli {

/// What `tidemark detect` was asked for.
struct DetectFlags {
  std::string file;                  ///< "-": standard input
  std::optional<double> confidence;  ///< nullopt: 0.99, or the width where there is one
  bool counter = false;              ///< the values are of a counter that only grows
  bool explain = false;
  std::string plot;      ///< file to draw the series into, .html or .svg; "": none
  bool quiet = false;    ///< no progress on standard error
  std::string detector;  ///< name of the model that judges
  std::string fail_on;   ///< "finding": the exit code tells of findings
  std::vector<detect::GivenChoice> choices;
  std::string config;         ///< configuration file whose choices come before those; "": none
  std::string detector_name;  ///< which of its detectors; "": it has only one
};

/// The choices of a detector that a configuration file names; `name` as in DetectFlags.
using ConfiguredChoices =
    std::function<Result<judge::DetectorChoices>(const std::string& file, const std::string& name)>;

/// Adds the command to `root`; parsing fills `flags`. Says what was added, to ask if it was called.
CLI::App* add_detect(CLI::App* root, DetectFlags* flags);

/// Runs the command: bands and scores of a file's series on standard output, words and progress on
/// standard error, the picture in its file. Exit code 0: done; 1: reading or writing failed; 2:
/// wrong usage or wrong input, named with file and line; 3: done, and there was a finding, where
/// that was asked for. A reader of the output that leaves early
/// is no failure.
int run_detect(const DetectFlags& flags, const ConfiguredChoices& configured);

}  // namespace tidemark::cli
