/// Runs tests/scenarios/*.scenario; their language is described in the README there.
#include <algorithm>
#include <charconv>
#include <deque>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alarm/world_test.h"

namespace tidemark::alarm {
namespace {

const AlarmScope kScope{World::kAccount, World::kRegion};

/// "1h30m" and so on; throws for anything else.
Duration duration_of(const std::string& text) {
  static const std::regex kPart("([0-9]+)([smhd])");
  static const std::regex kWhole("([0-9]+[smhd])+");
  if (!std::regex_match(text, kWhole)) throw std::invalid_argument("no duration: " + text);
  Duration out{0};
  for (std::sregex_iterator part(text.begin(), text.end(), kPart), end; part != end; ++part) {
    const std::int64_t seconds = (*part)[2] == "s"   ? 1
                                 : (*part)[2] == "m" ? 60
                                 : (*part)[2] == "h" ? 3600
                                                     : 86'400;
    out += std::chrono::seconds(std::stoll((*part)[1]) * seconds);
  }
  return out;
}

MetricRef metric_of(const std::string& text) {
  const std::size_t brace = text.find('{');
  MetricRef out = World::metric(text.substr(0, brace));
  static const std::regex kLabel("([A-Za-z_]+)=\"([^\"]*)\"");
  for (std::sregex_iterator label(text.begin(), text.end(), kLabel), end; label != end; ++label) {
    out.dimensions.push_back({(*label)[1], (*label)[2]});
  }
  std::sort(out.dimensions.begin(), out.dimensions.end());
  return out;
}

std::vector<std::optional<double>> values_of(const std::string& text) {
  static const std::regex kItem(
      "(_|-?[0-9]+(?:\\.[0-9]+)?)(?:([+-][0-9]+(?:\\.[0-9]+)?))?(?:x([0-9]+))?");
  std::vector<std::optional<double>> out;
  std::istringstream in(text);
  for (std::string item; in >> item;) {
    std::smatch match;
    if (!std::regex_match(item, match, kItem)) throw std::invalid_argument("no value: " + item);
    const double step = match[2].matched ? std::stod(match[2]) : 0;
    const int more = match[3].matched ? std::stoi(match[3]) : 0;
    for (int i = 0; i <= more; ++i) {
      if (match[1] == "_") {
        out.push_back(std::nullopt);
      } else {
        out.push_back(std::stod(match[1]) + step * i);
      }
    }
  }
  return out;
}

struct Arrival {
  Timestamp at;      ///< when it arrives
  Timestamp sample;  ///< its own time
  MetricRef metric;
  double value;
};

/// A world that is fed and checked by lines of text.
class Scenario {
 public:
  void run(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::string> later;
    std::string line;
    while (std::getline(in, line)) {
      line = std::regex_replace(line, std::regex("(^|\\s+)#.*$|\\s+$"), "");
      if (line.starts_with("load ")) {
        load(line);
      } else if (line.starts_with("alarm ")) {
        put(line);
      } else if (!line.empty()) {
        later.push_back(line);
      }
    }
    std::stable_sort(arrivals_.begin(), arrivals_.end(), [](const Arrival& a, const Arrival& b) {
      return a.at < b.at;
    });
    for (const std::string& text : later) {
      SCOPED_TRACE(text);
      step(text);
    }
  }

 private:
  void load(const std::string& line) {
    static const std::regex kForm(
        "load (\\S+)(?:\\s+from (\\S+))?(?:\\s+late "
        "(\\S+))?\\s+([^\\s{]+(?:\\{[^}]*\\})?)\\s+(.*)");
    const auto words = expect(line, kForm);
    const Duration every = duration_of(words[1]);
    const Duration delay = words[3].empty() ? Duration(0) : duration_of(words[3]);
    Timestamp at = start_ + (words[2].empty() ? Duration(0) : duration_of(words[2]));
    for (const auto& value : values_of(words[5])) {
      if (value) arrivals_.push_back({at + delay, at, metric_of(words[4]), *value});
      at = at + every;
    }
  }

  void put(const std::string& line) {
    static const std::regex kForm(
        "alarm (\\S+)\\s+(\\S+) of ([^\\s{]+(?:\\{[^}]*\\})?) over (\\S+) "
        "(>|>=|<|<=|outside band|above band|below band) (\\S+), ([0-9]+) of ([0-9]+)"
        "(?:, missing (\\S+))?");
    const auto words = expect(line, kForm);
    const std::map<std::string, std::string> operators{
        {">", "GreaterThanThreshold"},
        {">=", "GreaterThanOrEqualToThreshold"},
        {"<", "LessThanThreshold"},
        {"<=", "LessThanOrEqualToThreshold"},
        {"outside band", "LessThanLowerOrGreaterThanUpperThreshold"},
        {"above band", "GreaterThanUpperThreshold"},
        {"below band", "LessThanLowerThreshold"}};
    const bool band = words[5].ends_with("band");
    const Duration period = duration_of(words[4]);
    AlarmRule rule =
        band ? World::band_rule(words[1], "", words[2], period) : World::rule(words[1], "", period);
    if (band) {
      rule.metrics[0].metric_stat->metric = metric_of(words[3]);
      rule.metrics[1].expression = fmt::format("ANOMALY_DETECTION_BAND(m1, {})", words[6]);
    } else {
      rule.metric->metric = metric_of(words[3]);
      rule.metric->statistic = words[2];
      rule.threshold = std::stod(words[6]);
    }
    rule.comparison_operator = operators.at(words[5]);
    rule.datapoints_to_alarm = std::stoi(words[7]);
    rule.evaluation_periods = std::stoi(words[8]);
    if (!words[9].empty()) rule.treat_missing_data = words[9];
    world_.put(rule);
  }

  void step(const std::string& line) {
    static const std::regex kBand("band (?:none|(\\S+) (\\S+))");
    static const std::regex kAt("at (\\S+)\\s+(.*)");
    if (line.starts_with("band ")) {
      set_band(expect(line, kBand));
      return;
    }
    const auto words = expect(line, kAt);
    const Timestamp at = start_ + duration_of(words[1]);
    ASSERT_GE(at, world_.clock.wall()) << "lines must be in the order of time";
    advance_to(at);
    act(words[2]);
  }

  void set_band(const std::vector<std::string>& words) {
    if (words[1].empty()) {
      world_.bands.set(std::nullopt);
      return;
    }
    const double lower = std::stod(words[1]);
    const double upper = std::stod(words[2]);
    const double half = (upper - lower) / 2;
    const std::array<double, 3> widths{half / 2, half, half * 1.5};
    world_.bands.set(IssuedBand{(lower + upper) / 2, widths, widths, false});
  }

  void act(const std::string& text) {
    std::smatch match;
    const auto is = [&text, &match](const char* form) {
      return std::regex_match(text, match, std::regex(form));
    };
    if (is("alarm (\\S+) is (OK|ALARM|INSUFFICIENT_DATA)")) {
      EXPECT_EQ(world_.state(match[1]), match[2]) << world_.view(match[1]).reason;
    } else if (is("alarm (\\S+) says (.*)")) {
      const std::string reason = world_.view(match[1]).reason;
      EXPECT_NE(reason.find(match[2]), std::string::npos) << reason;
    } else if (is("alarm (\\S+) went to (\\S+) ([0-9]+) times")) {
      const auto all = world_.transitions(match[1]);
      const std::string end = fmt::format(" to {}", match[2].str());
      const auto count = std::count_if(all.begin(), all.end(), [&end](const std::string& summary) {
        return summary.ends_with(end);
      });
      EXPECT_EQ(count, std::stol(match[3]));
    } else if (is("outbox holds ([0-9]+)")) {
      EXPECT_EQ(world_.control.outbox().size(), std::stoul(match[1]));
    } else if (is("set (\\S+) (\\S+)")) {
      EXPECT_TRUE(world_.commands().set_alarm_state(
          kScope, match[1], *parse_alarm_state(match[2].str()), "drill", ""));
    } else if (is("(enable|disable) (\\S+)")) {
      EXPECT_TRUE(world_.commands().set_actions_enabled(kScope, {match[2]}, match[1] == "enable"));
    } else if (is("restart")) {
      world_.restart();
    } else if (is("crash for (\\S+)")) {
      crash_for(duration_of(match[1]));
    } else {
      ADD_FAILURE() << "not a statement: " << text;
    }
  }

  void crash_for(Duration down) {
    world_.crash();
    const Timestamp up = world_.clock.wall() + down;
    while (!arrivals_.empty() && arrivals_.front().at <= up) {
      store(arrivals_.front());
      arrivals_.pop_front();
    }
    world_.clock.set(up);
    world_.start();
  }

  void advance_to(Timestamp to) {
    while (!arrivals_.empty() && arrivals_.front().at <= to) {
      const Arrival arrival = arrivals_.front();
      arrivals_.pop_front();
      if (arrival.at > world_.clock.wall()) world_.advance_to(arrival.at);
      const std::uint64_t sequence = store(arrival);
      const SeriesKey key = *to_series_key(arrival.metric, "None");
      world_.engine().on_judged(
          sequence, {Judged{*world_.reader.find(key), key, arrival.sample, arrival.sample}});
      world_.engine().settle();
    }
    if (to > world_.clock.wall()) world_.advance_to(to);
  }

  std::uint64_t store(const Arrival& arrival) {
    return world_.reader.put(arrival.metric, arrival.sample, arrival.value);
  }

  /// The groups of a statement, the whole first; "" for one that is not there.
  static std::vector<std::string> expect(const std::string& line, const std::regex& form) {
    std::smatch match;
    if (!std::regex_match(line, match, form)) {
      throw std::invalid_argument("not a statement: " + line);
    }
    return {match.begin(), match.end()};
  }

  World world_;
  const Timestamp start_ = world_.clock.wall();
  std::deque<Arrival> arrivals_;
};

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TIDEMARK_SOURCE_DIR) / "tests" / "scenarios")) {
    if (entry.path().extension() == ".scenario") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Scenarios : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenarios, holds) {
  Scenario().run(GetParam());
}

INSTANTIATE_TEST_SUITE_P(files,
                         Scenarios,
                         ::testing::ValuesIn(scenario_files()),
                         [](const auto& parameter) { return parameter.param.stem().string(); });

}  // namespace
}  // namespace tidemark::alarm
