#include "cli/detect.h"

#include <csignal>
#include <fstream>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/detect/run.h"
#include "cli/plot/draw.h"
#include "learn/registry.h"

namespace tidemark::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongInput = 2;

int exit_code_of(const Error& error) {
  return error.code == Errc::invalid ? kWrongInput : kFailed;
}

int refuse(const Error& error) {
  fmt::print(stderr, "tidemark: {}\n", error.what);
  return exit_code_of(error);
}

}  // namespace

CLI::App* add_detect(CLI::App* root, DetectFlags* flags) {
  CLI::App* command = root->add_subcommand(
      "detect", "Bands and scores of a series in a CSV or JSON lines file, without a server");
  command->footer(
      "  tidemark detect rows.csv > judged.csv\n"
      "  zcat rows.csv.gz | tidemark detect - --explain | grep ,1,\n"
      "  tidemark detect rows.csv --plot rows.html > judged.csv\n\n"
      "Input: columns (or members) timestamp and value. Output: one CSV row a row read,\n"
      "timestamp,value,lower,expected,upper,score; a score of 0.5 and more is a finding.\n"
      "See docs/detection.md.");
  command->add_option("FILE", flags->file, "CSV or JSON lines; - reads standard input")->required();
  command
      ->add_option("--confidence", flags->confidence, "Central coverage of the band, such as 0.95")
      ->capture_default_str();
  const auto known = learn::detector_names();
  command->add_option("--detector", flags->detector, "Which model judges")
      ->default_val(known.front())
      ->check(CLI::IsMember(std::vector<std::string>(known.begin(), known.end())));
  command->add_flag("--explain", flags->explain, "Adds the columns finding (0 or 1) and reason");
  command->add_option(
      "--plot", flags->plot, "Draws the series with its band into FILE.html or FILE.svg");
  command->add_flag("-q,--quiet", flags->quiet, "No progress on standard error");
  return command;
}

namespace {

bool is_drawable(const std::string& file) {
  return file.empty() || file.ends_with(".html") || file.ends_with(".svg");
}

Result<void> write_plot(const std::string& file,
                        const plot::Picture& picture,
                        const std::string& title) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << (file.ends_with(".svg") ? to_svg(picture, title) : to_html(picture, title));
  out.close();
  if (!out) return fail(Errc::io, "cannot be written");
  return {};
}

/// Says at the end what a person should know about the input.
void warn(const detect::Tally& tally, const std::string& name) {
  if (tally.rows > 0 && tally.values == 0) {
    fmt::print(stderr, "tidemark: {}: no row has a value, so nothing was learned\n", name);
  }
  if (tally.late > 0) {
    fmt::print(stderr,
               "tidemark: {}: {} of {} rows are older than a row before them and were not judged; "
               "sort the file by time\n",
               name,
               tally.late,
               tally.rows);
  }
}

}  // namespace

int run_detect(const DetectFlags& flags) {
  if (!(flags.confidence > 0 && flags.confidence < 1)) {
    return refuse({Errc::invalid,
                   fmt::format("--confidence must be above 0 and below 1, such as 0.99, not {}",
                               flags.confidence)});
  }
  if (!is_drawable(flags.plot)) {
    return refuse(
        {Errc::invalid, fmt::format("--plot must end in .html or .svg, not {}", flags.plot)});
  }
  (void)std::signal(SIGPIPE, SIG_IGN);  // a reader that left is seen as an error of write()
  const auto input = rows::open_input(flags.file);
  if (!input) return refuse(input.error());
  rows::DescriptorOutput out("standard output", STDOUT_FILENO);
  const std::string name = flags.file == "-" ? "standard input" : flags.file;
  const SystemClock clock;
  detect::Progress progress(clock,
                            {::isatty(STDERR_FILENO) == 1, rows::size_of(flags.file)},
                            [](std::string_view text) { fmt::print(stderr, "{}", text); });
  plot::Picture picture;
  const detect::Settings settings{flags.confidence,
                                  flags.explain,
                                  flags.plot.empty() ? nullptr : &picture,
                                  flags.quiet ? nullptr : &progress,
                                  flags.detector};
  const auto tally = detect::run(**input, name, settings, out);
  progress.finish();
  if (!tally) {
    if (tally.error().code == Errc::unavailable) return 0;
    return refuse(tally.error());
  }
  warn(*tally, name);
  if (flags.plot.empty()) return 0;
  const auto written = write_plot(flags.plot, picture, name);
  if (!written) {
    fmt::print(stderr, "tidemark: {}: {}\n", flags.plot, written.error().what);
    return kFailed;
  }
  return 0;
}

}  // namespace tidemark::cli
