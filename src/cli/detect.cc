#include "cli/detect.h"

#include <csignal>
#include <fstream>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/clock.h"
#include "cli/detect/run.h"
#include "cli/plot/draw.h"
#include "learn/registry.h"

namespace tidemark::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongInput = 2;
constexpr int kFound = 3;

int exit_code_of(const Error& error) {
  return error.code == Errc::invalid ? kWrongInput : kFailed;
}

/// "" or what is wrong, as CLI11 asks for it.
std::string is_share(const std::string& text) {
  const nlohmann::json value = judge::plain_choice_json(text);
  const double share = value.is_number() ? value.get<double>() : 0;
  if (share > 0 && share < 1) return "";
  return fmt::format("must be above 0 and below 1, such as 0.99, not '{}'", text);
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
      ->default_str("0.99")
      ->check(is_share);
  const auto known = learn::detector_names();
  command->add_option("--detector", flags->detector, "Which model judges")
      ->default_val(known.front())
      ->check(CLI::IsMember(std::vector<std::string>(known.begin(), known.end())));
  command->add_flag("--counter",
                    flags->counter,
                    "The values are of a counter: judges, and writes, its increase a second");
  command->add_flag("--explain", flags->explain, "Adds the columns finding (0 or 1) and reason");
  command->add_option(
      "--plot", flags->plot, "Draws the series with its band into FILE.html or FILE.svg");
  command
      ->add_option(
          "--fail-on", flags->fail_on, "finding: exit code 3 if there was one, for scripts")
      ->check(CLI::IsMember({"finding"}));
  command->add_flag("-q,--quiet", flags->quiet, "No progress on standard error");
  command->add_option("--config",
                      flags->config,
                      "Begins with the choices of a detector of this configuration file");
  command->add_option("--detector-name",
                      flags->detector_name,
                      "Which one: the metric's name, or namespace/name{dimension=value} statistic");
  detect::add_choice_flags(command, &flags->choices);
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

Result<judge::DetectorChoices> choices_of(const DetectFlags& flags,
                                          const ConfiguredChoices& configured) {
  judge::DetectorChoices base;
  if (!flags.config.empty()) {
    TM_TRY(base, configured(flags.config, flags.detector_name));
  } else if (!flags.detector_name.empty()) {
    return fail(Errc::invalid, "--detector-name needs --config, the file that has the detector");
  }
  return detect::read_choices(flags.choices, std::move(base));
}

/// Of the small model, which has no such choice (learn/always_on): a person should know before the
/// bands are believed to have heard of it.
void warn_of_ignored(const DetectFlags& flags) {
  if (flags.detector != "always_on") return;
  for (const char* flag : {"adaptation", "filtering", "periodic-spikes"}) {
    if (detect::has_choice(flags.choices, flag))
      fmt::print(stderr, "tidemark: --{} has no effect with --detector always_on\n", flag);
  }
}

/// All but what the run itself brings along: picture and progress.
Result<detect::Settings> settings_of(const DetectFlags& flags,
                                     const ConfiguredChoices& configured) {
  detect::Settings out;
  out.confidence = flags.confidence.value_or(out.confidence);
  if (!is_drawable(flags.plot)) {
    return fail(Errc::invalid, fmt::format("--plot must end in .html or .svg, not {}", flags.plot));
  }
  const bool has_width = detect::has_choice(flags.choices, "width");
  if (has_width && flags.confidence) {
    return fail(Errc::invalid, "--width and --confidence both say how wide the band is; give one");
  }
  TM_TRY(out.choices, choices_of(flags, configured));
  out.by_width = has_width || (!flags.config.empty() && !flags.confidence);
  out.counter = flags.counter;
  out.explain = flags.explain;
  out.counts_all = !flags.fail_on.empty();
  out.detector = flags.detector;
  return out;
}

}  // namespace

int run_detect(const DetectFlags& flags, const ConfiguredChoices& configured) {
  auto settings = settings_of(flags, configured);
  if (!settings) return refuse(settings.error());
  warn_of_ignored(flags);
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
  settings->picture = flags.plot.empty() ? nullptr : &picture;
  settings->progress = flags.quiet ? nullptr : &progress;
  const auto tally = detect::run(**input, name, *settings, out);
  progress.finish();
  if (!tally) {
    if (tally.error().code == Errc::unavailable) return 0;
    return refuse(tally.error());
  }
  warn(*tally, name);
  const auto written = flags.plot.empty() ? Result<void>() : write_plot(flags.plot, picture, name);
  if (!written) {
    fmt::print(stderr, "tidemark: {}: {}\n", flags.plot, written.error().what);
    return kFailed;
  }
  if (flags.fail_on.empty()) return 0;
  // Of a file that is sorted the other way round hardly a row was looked at: that is no "all well".
  if (tally->late > tally->rows / 2) return kWrongInput;
  return tally->findings == 0 ? 0 : kFound;
}

}  // namespace tidemark::cli
